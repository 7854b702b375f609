"""What Trino has and DuckDB has not, as macros of DuckDB."""

from __future__ import annotations

MACROS = (
    """athena_not_zero(x) AS
       CASE WHEN x = 0 THEN error('DIVISION_BY_ZERO: Division by zero') ELSE x END""",
    """athena_rounded_quotient(n, d) AS
       sign(n) * sign(d) * ((abs(n) + abs(d) // 2) // abs(d))""",
    """athena_fits(x, size, complaint) AS
       CASE WHEN length(x) > size THEN error('INVALID_CAST_ARGUMENT: Value ' || x || ' ' || complaint) ELSE x END""",
    """athena_pointed(digits) AS
       left(digits, 1) || '.' || CASE WHEN length(digits) > 1 THEN substr(digits, 2) ELSE '0' END""",
    """athena_exponent(whole, fraction) AS CASE
         WHEN ltrim(whole, '0') <> '' THEN length(ltrim(whole, '0')) - 1
         ELSE length(ltrim(fraction, '0')) - length(fraction) - 1 END""",
    # the digits without zeros around them, and the exponent of the first
    """athena_mantissa(x) AS
       (CASE WHEN starts_with(x, '-') THEN '-' ELSE '' END) ||
       athena_pointed(ltrim(rtrim(ltrim(replace(split_part(ltrim(x, '-'), 'e', 1), '.', ''), '0'), '0'), '0')) || 'E' ||
       (athena_exponent(split_part(split_part(ltrim(x, '-'), 'e', 1), '.', 1),
                        split_part(split_part(ltrim(x, '-'), 'e', 1), '.', 2))
        + coalesce(TRY_CAST(split_part(x, 'e', 2) AS INTEGER), 0))""",
    # Trino: DecimalFormat 0.0###################E0
    """athena_scientific(x) AS CASE
         WHEN x IN ('nan', 'NaN') THEN 'NaN' WHEN x = 'inf' THEN 'Infinity' WHEN x = '-inf' THEN '-Infinity'
         WHEN x = '0.0' THEN '0E0' WHEN x = '-0.0' THEN '-0E0'
         ELSE athena_mantissa(x) END""",
    # Java rounds like this: Trino multiplies, rounds half away from zero and divides
    """athena_round(x, digits) AS CASE
         WHEN isnan(x) OR isinf(x) THEN x
         ELSE sign(x) * floor(abs(x) * pow(10, digits) + 0.5) / pow(10, digits) END""",
    """athena_log(x, logarithm) AS CASE
         WHEN x < 0 THEN CAST('NaN' AS DOUBLE) WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE logarithm END""",
    "athena_strpos(x, y) AS CASE WHEN y = '' THEN CAST(1 AS BIGINT) ELSE CAST(instr(x, y) AS BIGINT) END",
    """athena_pad(x) AS
       CASE WHEN x = '' THEN error('INVALID_FUNCTION_ARGUMENT: Padding string must not be empty') ELSE x END""",
    """athena_replace(x, old, new) AS
       CASE WHEN old = '' AND new = '' THEN x
            WHEN old = '' THEN new || regexp_replace(x, '(?s)(.)', '\\1' || replace(new, '\\', '\\\\'), 'g')
            ELSE replace(x, old, new) END""",
    "athena_characters(x) AS list_transform(range(1, length(x) + 1), lambda i: substring(x, i, 1))",
    """athena_substr2(x, start) AS CASE
         WHEN start = 0 OR abs(start) > length(x) THEN CASE WHEN x IS NULL THEN NULL ELSE '' END
         WHEN start > 0 THEN substring(x, start) ELSE right(x, -start) END""",
    """athena_substr3(x, start, size) AS CASE
         WHEN start IS NULL OR size IS NULL THEN NULL
         WHEN size <= 0 THEN CASE WHEN x IS NULL THEN NULL ELSE '' END
         ELSE left(athena_substr2(x, start), least(size, 2147483647)) END""",
    """athena_part(pieces, place) AS CASE
         WHEN place < 1 THEN error('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero')
         ELSE pieces[place] END""",
    # the letters that Java and DuckDB change differently are put back
    "athena_upper(x) AS upper(x)",
    "athena_lower(x) AS lower(x)",
    """athena_no_last_newline(x) AS CASE
         WHEN ends_with(x, chr(10)) THEN error('NOT_SUPPORTED: localaws does not know that $ before a last newline '
           || 'gives Trino''s answer here') ELSE x END""",
    """athena_whole_days(x) AS
       CASE WHEN x <> date_trunc('day', x)
            THEN error('INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date') ELSE x END""",
    """athena_months_up(a, b) AS
       CAST(date_diff('month', a, b) - CASE WHEN a + to_months(CAST(date_diff('month', a, b) AS INTEGER)) > b
            THEN 1 ELSE 0 END AS BIGINT)""",
    """athena_months_down(a, b) AS
       CAST(date_diff('month', b, a) - CASE WHEN a - to_months(CAST(date_diff('month', b, a) AS INTEGER)) < b
            THEN 1 ELSE 0 END AS BIGINT)""",
    """athena_months_between(a, b) AS CASE
         WHEN b >= a THEN athena_months_up(a, b) ELSE - athena_months_down(a, b) END""",
    """athena_subscript(x, place) AS CASE
         WHEN place = 0 THEN error('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
         WHEN place < 0 THEN error('INVALID_FUNCTION_ARGUMENT: Array subscript is negative: ' || place)
         WHEN place > len(x) THEN error('INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to '
           || 'array length: ' || place || ' > ' || len(x))
         ELSE x[place] END""",
    """athena_element_at(x, place) AS CASE
         WHEN place = 0 THEN error('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
         ELSE x[place] END""",
    """athena_contains(x, member) AS CASE
         WHEN x IS NULL OR member IS NULL THEN NULL
         WHEN list_contains(x, member) THEN true
         WHEN len(list_filter(x, lambda e: e IS NULL)) > 0 THEN NULL ELSE false END""",
    """athena_map(k, v) AS CASE
         WHEN k IS NULL OR v IS NULL THEN NULL
         WHEN len(k) <> len(v) THEN error('INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length')
         ELSE map(k, v) END""",
    """athena_map_value(m, k) AS CASE
         WHEN m IS NULL OR k IS NULL THEN NULL
         WHEN NOT map_contains(m, k) THEN error('INVALID_FUNCTION_ARGUMENT: Key not present in map: ' || k)
         ELSE map_extract_value(m, k) END""",
    """athena_json_scalar(x, path) AS CASE
         WHEN NOT json_valid(x) THEN NULL
         WHEN json_type(x, path) = 'DOUBLE' THEN error('NOT_SUPPORTED: localaws does not know that '
           || 'json_extract_scalar of a number with a fraction gives Trino''s answer here')
         WHEN json_type(x, path) IN ('VARCHAR', 'BIGINT', 'UBIGINT', 'BOOLEAN')
         THEN json_extract_string(x, path) END""",
    # a key of an object, in any case of letters
    """athena_member(o, name) AS coalesce(
         json_extract(o, '$."' || name || '"'),
         json_extract(o, '$."' || list_filter(json_keys(o), lambda k: lower(k) = name)[1] || '"'))""",
)
