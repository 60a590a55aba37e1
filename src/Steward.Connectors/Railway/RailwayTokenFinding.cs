namespace Steward.Connectors.Railway;

/// <summary>What an examination found out about a token.</summary>
public enum RailwayTokenFinding
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Railway accepts it as the kind that the settings say.</summary>
    Accepted,

    /// <summary>Railway accepts it, but as another kind than the settings say.</summary>
    OtherKind,

    /// <summary>Railway does not accept it in either header.</summary>
    Refused,

    /// <summary>Railway could not be asked.</summary>
    NotAsked,
}
