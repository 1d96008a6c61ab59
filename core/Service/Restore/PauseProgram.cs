using System.Buffers.Binary;

namespace SnapshotBot.Service.Restore;

/// <summary>A whole ELF program of a few instructions that waits for ever, for the processors engines run on. It needs no libraries and no other file.</summary>
internal static class PauseProgram
{
    private const ulong Base = 0x400000;
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const ushort MachineX64 = 62;
    private const ushort MachineArm64 = 183;

    /// <summary>mov eax, 34 (pause); syscall; jmp back.</summary>
    private static ReadOnlySpan<byte> CodeX64 => [0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7];

    /// <summary>x0 to x3 = 0; x8 = 73 (ppoll); svc 0; b back.</summary>
    private static ReadOnlySpan<byte> CodeArm64 =>
    [
        0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x80, 0xd2, 0x02, 0x00, 0x80, 0xd2, 0x03, 0x00, 0x80, 0xd2,
        0x28, 0x09, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, 0xfa, 0xff, 0xff, 0x17,
    ];

    /// <summary>The program, or null for a processor it is not written for.</summary>
    /// <param name="architecture">As engines name it: <c>x86_64</c>, <c>aarch64</c>.</param>
    public static byte[]? For(string architecture) => architecture switch
    {
        "x86_64" or "amd64" => Write(MachineX64, CodeX64),
        "aarch64" or "arm64" => Write(MachineArm64, CodeArm64),
        _ => null,
    };

    /// <summary>The layout of the ELF specification: a header, one segment that holds all, the code right behind.</summary>
    private static byte[] Write(ushort machine, ReadOnlySpan<byte> code)
    {
        var file = new byte[HeaderSize + ProgramHeaderSize + code.Length];
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0];
        identity.CopyTo(file);
        Put16(16, 2);                        // an executable
        Put16(18, machine);
        Put32(20, 1);                        // version
        Put64(24, Base + HeaderSize + ProgramHeaderSize);
        Put64(32, HeaderSize);               // program headers
        Put16(52, HeaderSize);
        Put16(54, ProgramHeaderSize);
        Put16(56, 1);                        // one of them
        Put32(HeaderSize, 1);                // to be loaded
        Put32(HeaderSize + 4, 5);            // read and execute
        Put64(HeaderSize + 16, Base);
        Put64(HeaderSize + 24, Base);
        Put64(HeaderSize + 32, (ulong)file.Length);
        Put64(HeaderSize + 40, (ulong)file.Length);
        Put64(HeaderSize + 48, 0x1000);      // alignment
        code.CopyTo(file.AsSpan(HeaderSize + ProgramHeaderSize));
        return file;

        void Put16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        void Put64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
    }
}
