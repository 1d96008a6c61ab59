using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Crypto;

public sealed class MasterKeyTests
{
    [Fact]
    public void Seal_AnyMessage_OpensToTheSame()
    {
        using var key = MasterKey.Generate();
        Gen.Byte.Array[0, 3000].Sample(message =>
        {
            var buffer = new byte[message.Length + MasterKey.Overhead];
            key.Seal(message, buffer);
            key.TryOpen(buffer, out Span<byte> opened).ShouldBeTrue();
            opened.SequenceEqual(message).ShouldBeTrue();
        });
    }

    [Fact]
    public void Seal_InPlace_OpensIntoAnotherBuffer()
    {
        using var key = MasterKey.Generate();
        byte[] message = Vectors.Bytes(1, 70_000);
        var buffer = new byte[message.Length + MasterKey.Overhead];
        message.CopyTo(buffer, MasterKey.IvSize);
        key.Seal(buffer);
        var opened = new byte[message.Length];
        key.TryOpen(buffer, opened).ShouldBeTrue();
        opened.ShouldBe(message);
    }

    [Fact]
    public void Seal_SameMessageTwice_NeverUsesAnIvAgain()
    {
        using var key = MasterKey.Generate();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new byte[MasterKey.Overhead];
        for (int i = 0; i < 1000; i++)
        {
            key.Seal([], buffer);
            seen.Add(Convert.ToHexString(buffer.AsSpan(0, MasterKey.IvSize))).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1000)]
    public void TryOpen_AnyBitFlipped_RefusesAndLeavesTheBufferAlone(int length)
    {
        using var key = MasterKey.Generate();
        var buffer = new byte[length + MasterKey.Overhead];
        key.Seal(Vectors.Bytes(3, length), buffer);
        for (int bit = 0; bit < buffer.Length * 8; bit++)
        {
            byte[] damaged = [.. buffer];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            byte[] before = [.. damaged];
            key.TryOpen(damaged, out Span<byte> message).ShouldBeFalse();
            message.IsEmpty.ShouldBeTrue();
            damaged.ShouldBe(before);
        }
    }

    [Fact]
    public void TryOpen_TooShortOrOfAnotherKey_Refuses()
    {
        using var key = MasterKey.Generate();
        using var other = MasterKey.Generate();
        for (int length = 0; length < MasterKey.Overhead; length++)
            key.TryOpen(new byte[length], out _).ShouldBeFalse();
        var buffer = new byte[100];
        key.Seal(buffer);
        other.TryOpen(buffer, out _).ShouldBeFalse();
        key.TryOpen(buffer, out _).ShouldBeTrue();
    }

    [Fact]
    public void FromParts_PartsOfAnotherKey_OpensWhatThatSealed()
    {
        using var key = MasterKey.Generate();
        using var same = MasterKey.FromParts(key.Encrypt, key.MacK, key.MacR);
        var buffer = new byte[50];
        key.Seal(buffer);
        same.TryOpen(buffer, out _).ShouldBeTrue();
        // The mask that restic lays over r.
        (key.MacR[3] & 0xF0).ShouldBe(0);
        (key.MacR[4] & 3).ShouldBe(0);
        Should.Throw<ArgumentException>(() => MasterKey.FromParts(new byte[31], new byte[16], new byte[16]));
        Should.Throw<ArgumentException>(() => MasterKey.FromParts(new byte[32], new byte[17], new byte[16]));
    }

    [Fact]
    public void Dispose_ZeroesThePartsAndRefusesFurtherWork()
    {
        var key = MasterKey.Generate();
        key.Encrypt.ContainsAnyExcept((byte)0).ShouldBeTrue();
        key.Dispose();
        key.Encrypt.ContainsAnyExcept((byte)0).ShouldBeFalse();
        key.MacK.ContainsAnyExcept((byte)0).ShouldBeFalse();
        key.MacR.ContainsAnyExcept((byte)0).ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => key.Seal(new byte[40]));
    }

    [Fact]
    public void SealAndOpen_Warm_AllocateNothing()
    {
        if (!AesKeySchedule.IsAccelerated)
            Assert.Skip("The portable path rents contexts.");
        using var key = MasterKey.Generate();
        var buffer = new byte[5000];
        key.Seal(buffer);
        key.TryOpen(buffer, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            key.Seal(buffer);
            key.TryOpen(buffer, out _);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
