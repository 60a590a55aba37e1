namespace Steward.Agents.Sdk.Testing;

/// <summary>
/// Marks a test of an agent: a public static method that takes a <see cref="TestBench"/> and gives a <see cref="Task"/>. It
/// fails when it throws; say what has to hold with <see cref="Expect"/>. A test gets a fresh bench.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AgentTestAttribute : Attribute;
