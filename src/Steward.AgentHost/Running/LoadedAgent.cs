using System.Reflection;
using System.Runtime.Loader;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Running;

/// <summary>An agent's assembly, loaded into this process. There is one in a process, and it leaves with it.</summary>
internal static class LoadedAgent
{
    public static Assembly Load(byte[] assembly) => new AssemblyLoadContext("agent").LoadFromStream(new MemoryStream(assembly));

    /// <summary>Makes the one agent.</summary>
    public static Agent Make(Assembly assembly) =>
        (Agent)Activator.CreateInstance(Array.Find(assembly.GetTypes(), type => !type.IsAbstract && type.IsSubclassOf(typeof(Agent)))!)!;

    /// <summary>What a thrown exception is to be called: that of the agent, not that of calling it.</summary>
    public static Exception Unwrap(Exception e) => e is TargetInvocationException { InnerException: { } inner } ? Unwrap(inner) : e;
}
