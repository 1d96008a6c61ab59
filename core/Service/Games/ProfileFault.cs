namespace SnapshotBot.Service.Games;

/// <summary>Why a profile's file is not used.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Field">Where in it (<c>quiesce.hold[0].expect</c>), or null when it is no JSON at all.</param>
/// <param name="Problem">What is wrong there.</param>
public sealed record ProfileFault(string File, string? Field, string Problem);

/// <summary>A profile's file can't be used.</summary>
internal sealed class ProfileFaultException(ProfileFault fault) : Exception($"{fault.File}: {fault.Field}: {fault.Problem}")
{
    public ProfileFault Fault { get; } = fault;
}
