"""What a question may be made of: names of sqlglot's expression classes. Whatever is not here is refused."""
# ruff: noqa: SIM905 - a list of words reads better as words

STRUCTURE = frozenset(
    """
    Alias Aliases Column CTE Distinct Except Fetch From Group GroupingSets Cube Rollup Having Identifier Intersect
    Interval Join Lambda Limit LimitOptions Literal Boolean Null Offset Order Ordered Paren Select Star Subquery
    Table TableAlias TableSample Tuple Union Unnest Values Var Where Window WindowSpec With WithinGroup Filter
    DataType DataTypeParam ColumnDef JSONPath JSONPathKey JSONPathRoot JSONPathSubscript Qualify
    IgnoreNulls RespectNulls
    """.split()
)

OPERATORS = frozenset(
    """
    Add Sub Mul Div IntDiv Mod Neg And Or Not EQ NEQ GT GTE LT LTE Is In Between Like ILike Escape Exists Any All
    NullSafeEQ NullSafeNEQ DPipe Case If Cast TryCast Bracket AtTimeZone
    """.split()
)

AGGREGATES = frozenset(
    """
    Count CountIf Sum Avg Min Max ApproxDistinct ApproxQuantile ArgMax ArgMin ArrayAgg AnyValue GroupConcat Stddev
    StddevPop StddevSamp Variance VariancePop Corr CovarSamp CovarPop LogicalAnd LogicalOr Skewness Kurtosis
    RegrSlope RegrIntercept
    RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue
    """.split()
)

SCALARS = frozenset(
    """
    Abs Ceil Floor Round Sign Sqrt Cbrt Exp Ln Log Pow Sin Cos Tan Asin Acos Atan Atan2 Degrees Radians Pi
    Greatest Least Coalesce Nullif BitwiseAnd BitwiseOr BitwiseXor BitwiseNot IsNan
    Lower Upper Length Trim Substring StrPosition StartsWith Concat ConcatWs Split SplitPart Replace Reverse Chr
    RegexpLike RegexpReplace RegexpExtract RegexpCount Levenshtein LevenshteinDistance
    Extract DateTrunc TimestampTrunc DateAdd DateDiff DateSub UnixToTime TimeToUnix CurrentTimestamp CurrentDate
    Year Quarter Month Week WeekOfYear Day DayOfMonth DayOfWeek DayOfYear Hour Minute Second LastDay TsOrDsToDate
    JSONExtract JSONExtractScalar JSONArrayLength
    Array ArrayContains ArraySize ArrayConcat ArrayDistinct ArraySort ArrayMax ArrayMin Transform ArrayFilter
    """.split()
)

FUNCTIONS = AGGREGATES | SCALARS
ALLOWED = STRUCTURE | OPERATORS | FUNCTIONS

OWN_WORDS: dict[str, tuple[str, str]] = {
    "Try": ("TRY hides errors, and no engine here translates it.", "Use TRY_CAST, NULLIF or CASE."),
    "MatchRecognize": ("MATCH_RECOGNIZE is not translated.", "Use window functions such as LAG and LEAD."),
    "Pivot": ("PIVOT and UNPIVOT are not in Trino's dialect.", "Use COUNT_IF or SUM with FILTER."),
    "Into": ("SELECT INTO would make a table.", "Leave INTO out."),
    "Lock": ("Locking rows is for databases that change.", "Leave FOR UPDATE out."),
    "Hint": ("Hints are not taken.", "Leave the hint out."),
    "Version": ("Tables are read as they are now.", "Leave FOR VERSION or FOR TIMESTAMP out."),
    "Parameter": ("Values of the session cannot be read.", "Write the value itself."),
    "SessionParameter": ("Values of the session cannot be read.", "Write the value itself."),
    "Placeholder": ("A question has no parameters.", "Write the value itself."),
    "Lateral": ("LATERAL is not allowed.", "Use a join, or UNNEST of an array."),
    "CurrentUser": ("Who asks is not data.", "Leave it out."),
    "RawString": ("This kind of text literal is not in Trino's dialect.", "Write it as 'text'."),
    "National": ("This kind of text literal is not in Trino's dialect.", "Write it as 'text'."),
    "HexString": ("Binary literals are not allowed.", "Write it as 'text'."),
    "ByteString": ("Binary literals are not allowed.", "Write it as 'text'."),
}
"""Why some of what is refused is refused, and what to do; the rest gets the general sentence."""
