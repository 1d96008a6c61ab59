using SnapshotBot.Engine;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Servers;

/// <summary>A container that is to be frozen, and the kernel's switch for it.</summary>
/// <param name="Container">As the engine lists it.</param>
/// <param name="Group">What freezes it, and tells whether it is.</param>
/// <param name="IsHeldByKernel">Whether it is frozen by that switch, not by the engine's pause.</param>
internal sealed record FreezeTarget(ContainerSummary Container, ControlGroup Group, bool IsHeldByKernel);
