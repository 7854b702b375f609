"""A call of a function, and the register of those that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block, unquoted
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import becomes
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import Type


@dataclass(frozen=True)
class Call:
    """A call: its name, its arguments as nodes, and where it stands."""

    block: Block
    node: Any
    name: str
    arguments: list[Any]

    def typed(self, place: int) -> Typed:
        """The argument in DuckDB's SQL."""
        return self.block.typed(self.arguments[place])

    def all(self) -> list[Typed]:
        """Every argument in DuckDB's SQL."""
        return [self.block.typed(each) for each in self.arguments]

    def as_(self, place: int, wanted: Type) -> str:
        """The SQL of an argument in the wanted type."""
        value = self.typed(place)
        if not becomes(value.type, wanted):
            raise self.unexpected()
        return coerce(value, wanted).sql

    def count(self, *allowed: int) -> int:
        """How many arguments there are.

        Raises:
            QueryError: the function takes another number of them.
        """
        if len(self.arguments) not in allowed:
            raise self.unexpected()
        return len(self.arguments)

    def literal(self, place: int, what: str) -> str:
        """The text that an argument spells.

        Raises:
            QueryError: NOT_SUPPORTED when it is computed.
        """
        node = unquoted(self.arguments[place])
        if not isinstance(node, exp.Literal) or not node.is_string:
            raise refused(f"{self.name} with a computed {what}", position(self.node))
        return str(node.this)

    def unexpected(self) -> QueryError:
        """The error for arguments that the function does not take."""
        given = ", ".join(str(value.type) for value in self.all())
        message = f"Unexpected parameters ({given}) for function {self.name}"
        return QueryError("FUNCTION_NOT_FOUND", message, position(self.node))

    def refuse(self, what: str) -> QueryError:
        """The error for a use of the function that is not known to give Trino's answer."""
        return refused(f"{self.name} {what}", position(self.node))


Function = Callable[[Call], Typed]
FUNCTIONS: dict[str, Function] = {}
AGGREGATES: set[str] = set()
WINDOWS: set[str] = set()


def function(*names: str) -> Callable[[Function], Function]:
    """The decorated function answers calls of the functions of those names."""

    def register(answer: Function) -> Function:
        FUNCTIONS.update(dict.fromkeys(names, answer))
        return answer

    return register


def simple(name: str, takes: tuple[Type, ...], gives: Type, template: str) -> None:
    """Register a function whose answer is a template over its arguments: {0}, {1}, …"""

    def answer(call: Call) -> Typed:
        call.count(len(takes))
        parts = [call.as_(place, wanted) for place, wanted in enumerate(takes)]
        return Typed(template.format(*parts), gives)

    FUNCTIONS[name] = answer


@handles(exp.Anonymous, "this", "expressions")
def _call(block: Block, node: Any) -> Typed:
    name = node.name.lower()
    answer = FUNCTIONS.get(name)
    if answer is None and name in KNOWN_TO_TRINO:
        raise refused(f"the function {name}", position(node))
    if answer is None:
        raise QueryError("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", position(node))
    if name in WINDOWS and name not in AGGREGATES:
        raise QueryError("MISSING_OVER", f"Window function {name} requires an OVER clause", position(node))
    return answer(Call(block, node, name, list(node.expressions)))


#: Functions of Trino 476 that localaws refuses by name instead of saying that there are none
KNOWN_TO_TRINO = frozenset(
    """
    acos all_match any_match approx_distinct approx_most_frequent approx_percentile approx_set array_except
    array_first array_histogram array_intersect array_last array_remove array_union arrays_overlap asin at_timezone
    atan atan2 bar beta_cdf bing_tile bit_count bitwise_left_shift bitwise_not bitwise_right_shift cbrt char2hexint
    checksum classify color combinations contains_sequence convex_hull_agg corr cos cosh cosine_similarity covar_pop
    covar_samp crc32 current_catalog current_groups current_schema current_user empty_approx_set entropy exp features
    format format_number from_base from_base32 from_base64url from_big_endian_32 from_big_endian_64
    from_geojson_geometry from_ieee754_32 from_ieee754_64 from_iso8601_timestamp from_iso8601_timestamp_nanos
    from_unixtime_nanos geometric_mean great_circle_distance hamming_distance histogram hmac_md5 hmac_sha1
    hmac_sha256 hmac_sha512 human_readable_seconds index inverse_beta_cdf inverse_normal_cdf ip_prefix is_json_scalar
    jaccard_index json_array json_array_contains json_array_get json_exists json_object json_query json_size
    json_value kurtosis learn_classifier learn_regressor levenshtein_distance log log10 log2 luhn_check
    make_set_digest map_agg map_concat map_entries map_filter map_from_entries map_union map_zip_with
    max_data_size_for_stats merge multimap_agg multimap_from_entries murmur3 ngrams none_match normal_cdf normalize
    numeric_histogram parse_data_size parse_datetime parse_duration pow power qdigest_agg quantile_at_value rand
    random reduce_agg regexp_count regexp_position regexp_split regr_intercept regr_slope render row_number sha512
    shuffle simplify_geometry sin sinh skewness soundex spooky_hash_v2_32 spooky_hash_v2_64 st_area st_distance
    st_point tan tanh tdigest_agg timestamp_objectid timezone_hour timezone_minute to_base to_base32 to_base64url
    to_big_endian_32 to_big_endian_64 to_geometry to_ieee754_32 to_ieee754_64 transform_keys transform_values
    trim_array url_decode url_encode url_extract_fragment url_extract_host url_extract_parameter url_extract_path
    url_extract_port url_extract_protocol url_extract_query uuid version week_of_year width_bucket
    wilson_interval_lower wilson_interval_upper with_timezone word_stem xxhash64 zip zip_with
    """.split()  # noqa: SIM905 - a list of a hundred strings, one a line, says less
)
