using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>What <c>run.sh</c> looks for and asks before it installs an engine.</summary>
public sealed class RunScriptTests
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["RUN"] = SourceTree.PathOf("run.sh"),
        ["ASK"] = """eval "$(sed -n "/^may_install()/,/^}/p" "$RUN")"; (may_install; echo answered:$?) </dev/null 2>&1 | cat""",
    };

    [Theory]
    [InlineData("/run/user/1000/docker.sock")]
    [InlineData("/run/user/1000/podman/podman.sock")]
    [InlineData("/run/k3s/containerd/containerd.sock")]
    [InlineData("/run/home/admin/bin/dockerd")]
    [InlineData("/run/home/admin/.docker/contexts")]
    public async Task TracesOfEngines_AnotherUsersOrAnotherPrograms_AreFound(string trace)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");

        var run = await RealProgram.RunApartAsync(Settings, $$"""
            mount -t tmpfs tmpfs /run || exit 99
            exec bash -c '
              eval "$(sed -n "/^traces_of_engines()/,/^}/p" "$RUN")"
              getent() { printf "admin:x:1000:1000::/run/home/admin:/bin/sh\n"; }
              mkdir -p "$(dirname "{{trace}}")" && touch "{{trace}}" && traces_of_engines'
            """);

        run.Output.ShouldContain(trace);
    }

    [Theory]
    [InlineData("y", 0)]
    [InlineData("n", 1)]
    public async Task MayInstall_OutputAndInputRedirected_StillAsksThePersonAtTheTerminal(string answer, int exit)
    {
        var run = await RealProgram.RunApartAsync(Settings, $$"""
            printf '{{answer}}\n' | SHELL=/bin/bash script -qec "$ASK" /dev/null
            """);

        run.Output.ShouldContain("[y/N]");
        run.Output.ShouldContain($"answered:{exit}");
    }

    [Fact]
    public async Task MayInstall_NoTerminalAnywhere_IsAYes()
    {
        var run = await RealProgram.RunApartAsync(Settings, """
            exec setsid -w bash -c "$ASK"
            """);

        run.Output.ShouldContain("answered:0");
    }
}
