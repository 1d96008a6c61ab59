using Shouldly;
using SnapshotBot.Service.Restore;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>What else would bring a container's newer version back after a restore.</summary>
public sealed class WatchtowerTests
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { "mc", "db", "watchtower" };

    [Theory]
    [InlineData("containrrr/watchtower", true)]
    [InlineData("containrrr/watchtower:1.7.1", true)]
    [InlineData("docker.io/v2tec/watchtower@sha256:00", true)]
    [InlineData("ghcr.io/nicholas-fedor/watchtower:latest", true)]
    [InlineData("watchtower:mine", true)]
    [InlineData("me/not-watchtower", false)]
    [InlineData("watchtower/game", false)]
    public void Is_Image_IsAWatchtowerWhoseverForkItIs(string image, bool expected)
    {
        Watchtowers.Is(image, Labels("")).ShouldBe(expected);
        Watchtowers.Is("0123456789ab", Labels("com.centurylinklabs.watchtower=true")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "", "", true)]
    [InlineData("--cleanup --interval 30", "", "", true)]
    [InlineData("", "", "com.centurylinklabs.watchtower.enable=false", false)]
    [InlineData("--label-enable", "", "", false)]
    [InlineData("", "WATCHTOWER_LABEL_ENABLE=true", "", false)]
    [InlineData("--label-enable=true", "", "com.centurylinklabs.watchtower.enable=true", true)]
    [InlineData("--monitor-only", "", "", false)]
    [InlineData("", "WATCHTOWER_MONITOR_ONLY=true", "", false)]
    [InlineData("", "", "com.centurylinklabs.watchtower.monitor-only=true", false)]
    [InlineData("--interval 30 db", "", "", false)]
    [InlineData("db mc", "", "", true)]
    [InlineData("--disable-containers db,mc", "", "", false)]
    [InlineData("--disable-containers db", "", "", true)]
    [InlineData("", "WATCHTOWER_DISABLE_CONTAINERS=db", "", true)]
    [InlineData("--scope games", "", "", false)]
    [InlineData("", "WATCHTOWER_SCOPE=games", "com.centurylinklabs.watchtower.scope=games", true)]
    [InlineData("--scope=none", "", "", true)]
    public void Updates_AsItIsTold_OrEverything(string arguments, string environment, string labels, bool expected) =>
        Watchtowers.Updates(
            EngineBench.Describe(EngineBench.Sleeper with { Command = arguments.Split(' '), Environment = environment.Length > 0 ? [environment] : [] }),
            "mc", Labels(labels), Names).ShouldBe(expected);

    [Theory]
    [InlineData("", true, ContainerManager.Watchtower, null)]
    [InlineData("com.centurylinklabs.watchtower.enable=true", false, ContainerManager.Watchtower, null)]
    [InlineData("net.unraid.docker.managed=dockerman", false, ContainerManager.Unraid, "/boot/config/plugins/dockerMan/templates-user/my-mc.xml")]
    [InlineData("com.docker.compose.project=pack", false, ContainerManager.Compose, null)]
    public void BringingBack_WhatManagesIt_IsNamed(string labels, bool isWatched, ContainerManager manager, string? file) =>
        Managers.BringingBack("mc", Labels(labels), isWatched ? Names : new HashSet<string>(StringComparer.Ordinal))
            .ShouldBe([new ManagerNote(manager, "mc", file, ManagerEffect.BringsNewerBack)]);

    private static Dictionary<string, string> Labels(string text) => text.Length == 0
        ? new(StringComparer.Ordinal)
        : new(StringComparer.Ordinal) { [text.Split('=')[0]] = text.Split('=')[1] };
}
