using System.Buffers.Binary;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// The filter that the kernel asks at every call of a confined process: an array of <c>struct sock_filter</c> as
/// seccomp(2) takes it. A call that is not allowed fails with an error, so that a program can say so; a foreign
/// architecture ends the process.
/// </summary>
internal static class SeccompFilter
{
    private const ushort Load = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, JumpIfAnyBit = 0x45, Return = 0x06;
    private const uint Allow = 0x7fff0000, Kill = 0x80000000;
    private const uint NumberAt = 0, ArchitectureAt = 4, FirstArgumentAt = 16, SecondArgumentAt = 24, FourthArgumentAt = 40;
    private const uint NotPermitted = 1, NotImplemented = 38, NoSuchFamily = 97;
    private const uint X32 = 0x40000000;

    // AF_UNIX, AF_INET
    private const uint Unix = 1, Internet = 2;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET; CLONE_THREAD.
    private const uint NewNamespace = 0x7E020000, Thread = 0x00010000;

    // Both put characters into somebody's terminal.
    private const uint TerminalInput = 0x5412, TerminalLinux = 0x541C;

    // MAP_GROWSDOWN: a stack counts towards no limit of a program's data.
    private const uint GrowsDown = 0x100;

    // F_SETOWN and F_SETOWN_EX: who gets the signals of a file.
    private const uint SetOwner = 8, SetOwnerOf = 15;

    /// <summary>The filter.</summary>
    /// <param name="calls">The numbers of the machine.</param>
    /// <param name="mayFork">Whether new processes may be made; threads always may.</param>
    /// <param name="hasLoopback">Whether sockets may be made, of Unix and of the internet: for a box whose network is its own and empty.</param>
    /// <param name="ownProcess">
    /// The process that the filter is for, where it has no namespaces of its own and so shares processes and files with others;
    /// it may send signals to itself only, unless it may make processes.
    /// </param>
    public static byte[] Build(SystemCalls calls, bool mayFork, bool hasLoopback = false, int? ownProcess = null)
    {
        var program = new Program();
        program.Add(Load, 0, 0, ArchitectureAt);
        program.Add(JumpIfEqual, 1, 0, calls.Audit);
        program.Add(Return, 0, 0, Kill);
        program.Add(Load, 0, 0, NumberAt);
        program.Add(JumpIfAtLeast, 0, 1, X32);
        program.Add(Return, 0, 0, Error(NotImplemented));
        foreach (var call in mayFork ? calls.Forbidden : [.. calls.Forbidden, .. calls.Forks])
        {
            program.Deny(call, NotPermitted);
        }

        // Its flags are behind a pointer, where a filter cannot look; the libraries fall back to clone.
        program.Deny(SystemCalls.Clone3, NotImplemented);
        if (hasLoopback)
        {
            program.DenyUnless(calls.Socket, FirstArgumentAt, (JumpIfEqual, Unix), (JumpIfEqual, Internet));
        }
        else
        {
            // No network, no socket of the host, no family of which nobody has thought.
            program.Deny(calls.Socket, NoSuchFamily);
            program.Deny(calls.SocketPair, NotPermitted);
        }

        program.DenyWhen(calls.MakeThread, FirstArgumentAt, (JumpIfAnyBit, NewNamespace));
        if (!mayFork)
        {
            program.DenyUnless(calls.MakeThread, FirstArgumentAt, (JumpIfAnyBit, Thread));
        }

        program.DenyWhen(calls.Ioctl, SecondArgumentAt, (JumpIfEqual, TerminalInput), (JumpIfEqual, TerminalLinux));
        program.DenyWhen(calls.Map, FourthArgumentAt, (JumpIfAnyBit, GrowsDown));
        if (ownProcess is { } own)
        {
            Share(program, calls, mayFork, (uint)own);
        }

        program.Add(Return, 0, 0, Allow);
        return program.ToArray();
    }

    private static void Share(Program program, SystemCalls calls, bool mayFork, uint own)
    {
        foreach (var call in calls.Shared)
        {
            program.Deny(call, NotPermitted);
        }

        program.DenyWhen(calls.Control, SecondArgumentAt, (JumpIfEqual, SetOwner), (JumpIfEqual, SetOwnerOf));
        foreach (var call in calls.Own)
        {
            program.DenyUnless(call, FirstArgumentAt, (JumpIfEqual, 0u), (JumpIfEqual, own));
        }

        foreach (var call in mayFork ? [] : calls.Signals)
        {
            program.DenyUnless(call, FirstArgumentAt, (JumpIfEqual, own));
        }
    }

    private static uint Error(uint number) => 0x00050000 | number;

    private sealed class Program
    {
        private readonly List<byte> code = [];

        public void Add(ushort operation, byte ifTrue, byte ifFalse, uint operand)
        {
            Span<byte> instruction = stackalloc byte[8];
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, operation);
            (instruction[2], instruction[3]) = (ifTrue, ifFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], operand);
            code.AddRange(instruction);
        }

        public void Deny(uint call, uint error)
        {
            Add(JumpIfEqual, 0, 1, call);
            Add(Return, 0, 0, Error(error));
        }

        /// <summary>Refuses a call one of whose arguments meets one of the tests. </summary>
        public void DenyWhen(uint call, uint argumentAt, params ReadOnlySpan<(ushort Operation, uint Operand)> tests)
        {
            Add(JumpIfEqual, 0, (byte)(tests.Length + 3), call);
            Add(Load, 0, 0, argumentAt);
            for (var n = 0; n < tests.Length; n++)
            {
                // To the refusal behind the tests; from the last one, when it fails, past it.
                var isLast = n == tests.Length - 1;
                Add(tests[n].Operation, (byte)(tests.Length - 1 - n), isLast ? (byte)1 : (byte)0, tests[n].Operand);
            }

            Add(Return, 0, 0, Error(NotPermitted));
            Add(Load, 0, 0, NumberAt);
        }

        /// <summary>Refuses a call unless one of its arguments meets one of the tests.</summary>
        public void DenyUnless(uint call, uint argumentAt, params ReadOnlySpan<(ushort Operation, uint Operand)> tests)
        {
            Add(JumpIfEqual, 0, (byte)(tests.Length + 3), call);
            Add(Load, 0, 0, argumentAt);
            for (var n = 0; n < tests.Length; n++)
            {
                Add(tests[n].Operation, (byte)(tests.Length - n), 0, tests[n].Operand);
            }

            Add(Return, 0, 0, Error(NotPermitted));
            Add(Load, 0, 0, NumberAt);
        }

        public byte[] ToArray() => [.. code];
    }
}
