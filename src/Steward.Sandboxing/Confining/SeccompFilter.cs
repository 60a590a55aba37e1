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
    private const uint NumberAt = 0, ArchitectureAt = 4, FirstArgumentAt = 16, SecondArgumentAt = 24;
    private const uint NotPermitted = 1, NotImplemented = 38, NoSuchFamily = 97;
    private const uint X32 = 0x40000000;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET; CLONE_THREAD.
    private const uint NewNamespace = 0x7E020000, Thread = 0x00010000;

    // Both put characters into somebody's terminal.
    private const uint TerminalInput = 0x5412, TerminalLinux = 0x541C;

    /// <summary>The filter.</summary>
    /// <param name="calls">The numbers of the machine.</param>
    /// <param name="mayFork">Whether new processes may be made; threads always may.</param>
    public static byte[] Build(SystemCalls calls, bool mayFork)
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
        // No network, no socket of the host, no family of which nobody has thought.
        program.Deny(calls.Socket, NoSuchFamily);
        if (mayFork)
        {
            program.Add(JumpIfEqual, 0, 4, calls.MakeThread);
            program.Add(Load, 0, 0, FirstArgumentAt);
            program.Add(JumpIfAnyBit, 0, 1, NewNamespace);
        }
        else
        {
            program.Add(JumpIfEqual, 0, 5, calls.MakeThread);
            program.Add(Load, 0, 0, FirstArgumentAt);
            program.Add(JumpIfAnyBit, 1, 0, NewNamespace);
            program.Add(JumpIfAnyBit, 1, 0, Thread);
        }

        program.Add(Return, 0, 0, Error(NotPermitted));
        program.Add(Load, 0, 0, NumberAt);
        program.Add(JumpIfEqual, 0, 4, calls.Ioctl);
        program.Add(Load, 0, 0, SecondArgumentAt);
        program.Add(JumpIfEqual, 1, 0, TerminalInput);
        program.Add(JumpIfEqual, 0, 1, TerminalLinux);
        program.Add(Return, 0, 0, Error(NotPermitted));
        program.Add(Return, 0, 0, Allow);
        return program.ToArray();
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

        public byte[] ToArray() => [.. code];
    }
}
