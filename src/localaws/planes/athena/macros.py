"""What Trino has and DuckDB has not, as macros of DuckDB."""

from __future__ import annotations

MACROS = (
    # error() would be volatile, which TRY does not take and the optimizer does not move; it has no type of its own
    """athena_fail(complaint) AS CAST(CAST(complaint AS INTEGER) AS "NULL")""",
    """athena_real(given) AS list_transform([given], lambda x: CASE
         WHEN abs(x) > 3.4028235677973366e38 AND NOT isinf(x) AND NOT isnan(x)
         THEN CAST(x / 0 AS FLOAT) ELSE CAST(x AS FLOAT) END)[1]""",
    """athena_not_zero(x) AS
       CASE WHEN x = 0 THEN athena_fail('DIVISION_BY_ZERO: Division by zero') ELSE x END""",
    """athena_rounded_quotient(n, d) AS
       sign(n) * sign(d) * ((abs(n) + abs(d) // 2) // abs(d))""",
    """athena_fits(x, size, complaint) AS
       CASE WHEN length(x) > size THEN athena_fail('INVALID_CAST_ARGUMENT: Value ' || x || complaint) ELSE x END""",
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
    """athena_scientific(given) AS list_transform([given], lambda x: CASE
         WHEN x IN ('nan', 'NaN') THEN 'NaN' WHEN x = 'inf' THEN 'Infinity' WHEN x = '-inf' THEN '-Infinity'
         WHEN x = '0.0' THEN '0E0' WHEN x = '-0.0' THEN '-0E0'
         ELSE athena_mantissa(x) END)[1]""",
    # Java rounds like this: Trino multiplies, rounds half away from zero and divides
    """athena_round(x, digits) AS CASE
         WHEN isnan(x) OR isinf(x) THEN x
         ELSE sign(x) * floor(abs(x) * pow(10, digits) + 0.5) / pow(10, digits) END""",
    """athena_ln(given) AS list_transform([given], lambda x: CASE
         WHEN x < 0 THEN CAST('NaN' AS DOUBLE) WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE)
         ELSE ln(abs(nullif(x, 0))) END)[1]""",
    # a number in text without its exponent: DuckDB reads 8e-10 as 0.01 where it makes a DECIMAL of it
    """athena_moved(digits, point) AS CASE
         WHEN point <= 0 THEN '0.' || repeat('0', -point) || digits
         WHEN point >= length(digits) THEN digits || repeat('0', point - length(digits))
         ELSE left(digits, point) || '.' || substr(digits, point + 1) END""",
    """athena_plain(given) AS list_transform([given], lambda x: CASE
         WHEN NOT regexp_matches(x, '[eE]') THEN x
         ELSE regexp_extract(x, '^[+-]?') || athena_moved(
           regexp_replace(regexp_extract(x, '^[+-]?([0-9.]*)', 1), '[.]', ''),
           CAST(length(regexp_extract(x, '^[+-]?([0-9]*)', 1)) + CAST(regexp_extract(x, '[eE](.*)$', 1) AS INTEGER)
                AS INTEGER)) END)[1]""",
    # beyond it Trino writes and converts digits that no shortest spelling has
    """athena_exact(given) AS list_transform([given], lambda x: CASE
         WHEN abs(x) >= 1e15 AND NOT isinf(x) AND NOT isnan(x)
         THEN athena_fail('NOT_SUPPORTED: localaws does not know that this conversion of a double of sixteen digits '
           || 'or more gives Trino''s answer here') ELSE x END)[1]""",
    "athena_strpos(x, y) AS CASE WHEN y = '' THEN CAST(1 AS BIGINT) ELSE CAST(instr(x, y) AS BIGINT) END",
    """athena_pad(x) AS
       CASE WHEN x = '' THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Padding string must not be empty') ELSE x END""",
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
         WHEN place < 1 THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero')
         ELSE pieces[place] END""",
    # of all letters that Unicode 15 knows, DuckDB and Java differ in one
    """athena_upper(x) AS CASE
         WHEN contains(x, 'ß') THEN array_to_string(list_transform(string_split(x, 'ß'), lambda p: upper(p)), 'ß')
         ELSE upper(x) END""",
    "athena_lower(x) AS lower(x)",
    """athena_ascii(given) AS list_transform([given], lambda x: CASE
         WHEN strlen(x) <> length(x) THEN athena_fail('NOT_SUPPORTED: localaws does not know that this pattern gives '
           || 'Trino''s answer here for a text that is not ASCII') ELSE x END)[1]""",
    """athena_no_last_newline(given) AS list_transform([given], lambda x: CASE
         WHEN ends_with(x, chr(10)) THEN athena_fail('NOT_SUPPORTED: localaws does not know that $ before a last '
           || 'newline gives Trino''s answer here') ELSE x END)[1]""",
    """athena_whole_days(x) AS
       CASE WHEN x <> date_trunc('day', x)
            THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date') ELSE x END""",
    """athena_months_up(a, b) AS
       CAST(date_diff('month', a, b) - CASE WHEN a + to_months(CAST(date_diff('month', a, b) AS INTEGER)) > b
            THEN 1 ELSE 0 END AS BIGINT)""",
    """athena_months_between(a, b) AS CASE
         WHEN b >= a THEN athena_months_up(a, b) ELSE - athena_months_up(b, a) END""",
    """athena_subscript(x, place) AS CASE
         WHEN place = 0 THEN athena_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
         WHEN place < 0 THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Array subscript is negative: ' || place)
         WHEN place > len(x) THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Array subscript must be less than '
           || 'or equal to array length: ' || place || ' > ' || len(x))
         ELSE x[place] END""",
    """athena_element_at(x, place) AS CASE
         WHEN place = 0 THEN athena_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
         ELSE x[place] END""",
    """athena_contains(x, member) AS CASE
         WHEN x IS NULL OR member IS NULL THEN NULL
         WHEN list_contains(x, member) THEN true
         WHEN len(list_filter(x, lambda e: e IS NULL)) > 0 THEN NULL ELSE false END""",
    """athena_map(k, v) AS CASE
         WHEN k IS NULL OR v IS NULL THEN NULL
         WHEN len(k) <> len(v)
         THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length')
         ELSE map(k, v) END""",
    """athena_map_value(m, k) AS CASE
         WHEN m IS NULL OR k IS NULL THEN NULL
         WHEN NOT map_contains(m, k) THEN athena_fail('INVALID_FUNCTION_ARGUMENT: Key not present in map: ' || k)
         ELSE map_extract_value(m, k) END""",
    """athena_json_scalar(x, path) AS CASE
         WHEN NOT json_valid(x) THEN NULL
         WHEN json_type(x, path) = 'DOUBLE' THEN athena_fail('NOT_SUPPORTED: localaws does not know that '
           || 'json_extract_scalar of a number with a fraction gives Trino''s answer here')
         WHEN json_type(x, path) IN ('VARCHAR', 'BIGINT', 'UBIGINT', 'BOOLEAN')
         THEN json_extract_string(x, path) END""",
    # a key of an object, in any case of letters
    """athena_member(o, name) AS coalesce(
         json_extract(o, '$."' || name || '"'),
         json_extract(o, '$."' || list_filter(json_keys(o), lambda k: lower(k) = name)[1] || '"'))""",
)
