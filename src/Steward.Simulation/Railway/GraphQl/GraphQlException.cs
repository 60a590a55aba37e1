namespace Steward.Simulation.Railway.GraphQl;

/// <summary>Becomes the only entry of the answer's "errors".</summary>
internal sealed class GraphQlException(string message) : Exception(message);
