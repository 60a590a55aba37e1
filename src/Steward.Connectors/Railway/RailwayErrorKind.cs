namespace Steward.Connectors.Railway;

/// <summary>What an error in a GraphQL answer means for us.</summary>
internal enum RailwayErrorKind
{
    /// <summary>We cannot tell: it may have happened in the middle of the work.</summary>
    Unclear,

    /// <summary>The token does not allow it. Nothing was done.</summary>
    NotAllowed,

    /// <summary>There is no such thing. Nothing was done.</summary>
    NotFound,

    /// <summary>The request does not fit the schema. Nothing was done.</summary>
    Invalid,

    /// <summary>We ask too often. Nothing was done.</summary>
    Throttled,
}
