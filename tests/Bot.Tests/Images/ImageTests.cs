using System.Diagnostics;
using System.Text.Json;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Engine;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Images;

/// <summary>
/// The program as a container beside the game server it looks after: the image built from the Dockerfile, with exactly the capabilities that
/// compose.yaml gives, on a real engine. Takes some minutes, so only <c>SNAPSHOTBOT_TEST_IMAGE=1</c> runs it.
/// </summary>
public sealed class ImageTests
{
    private const int Patience = 1_800_000;
    private const string Image = "snapshotbot-image-test:1";
    private const string Password = "correct-horse-battery-staple-93";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Image_BuiltFromTheDockerfile_SnapshotsAndRestoresItsNeighbour()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_IMAGE") == "1", "Builds an image for some minutes: SNAPSHOTBOT_TEST_IMAGE=1 runs it.");
        await using var engine = await EngineBench.OpenAsync(TestEngine.Old, Cancel);
        var docker = new Docker(engine.Test.Endpoint.Text);
        var since = Stopwatch.GetTimestamp();
        await docker.BuildAsync(Cancel);
        Figures.Say($"image built in {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");

        // A world that belongs to somebody else than root, as most images of games make it.
        var blueprint = EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(engine.Name("world"), "/data")] };
        var game = await engine.StartAsync(blueprint, "mc", Cancel);
        await engine.ShellAsync(
            game, "mkdir -p /data/world /data/shared; echo 'day 1' >/data/world/level.dat; mkfifo /data/world/pipe; chown -R 1000:1000 /data; chmod 750 /data/world; chmod 600 /data/world/level.dat; chmod 2775 /data/shared", Cancel);

        // And what that container changed of its own image: a file, files that are gone, a folder made anew in the place of one.
        await engine.ShellAsync(game, "echo changed >/game/server.properties; rm -r /game/mods; mkdir /game/mods; echo three >/game/mods/three.jar; rm /bin/tee", Cancel);
        var root = await RootAsync(engine, game);
        using (var files = DirectoryHandle.OpenRoot(root + "/game"))
            files.SetAttribute("server.properties"u8, "security.capability"u8, PosixAttributes.BindsLowPorts);
        var before = Print(root);

        var name = engine.Name("bot").Value;
        var started = await docker.RunAsync(
            [
                "run", "-d", "--name", name, "--cap-drop", "ALL", .. OfCompose().SelectMany(each => (string[])["--cap-add", each]),
                "--security-opt", "no-new-privileges:true", "-v", $"{engine.Test.Endpoint.Text["unix://".Length..]}:/var/run/docker.sock", "-v", "/:/host",
                "-v", $"{engine.Name("data").Value}:/data", "-e", $"SNAPSHOTBOT_REPOSITORY_PASSWORD={Password}", Image, "serve", "--no-discord",
            ],
            Cancel);
        started.Exit.ShouldBe(0, started.Errors);
        var inside = new Inside(docker, name);
        await inside.ReadyAsync(Cancel);

        (await inside.SayAsync(Cancel, "settings", "set", "zone", "Europe/Berlin")).Exit.ShouldBe(0, "time zones are there");
        var added = await inside.SayAsync(Cancel, "server", "add", "castle", "--container", engine.Name("mc").Value);
        added.Exit.ShouldBe(0, added.Output + added.Errors);
        var made = await inside.SayAsync(Cancel, "snapshot", "create", "castle", "--name", "good");
        made.Exit.ShouldBe(0, made.Output + made.Errors);
        var id = JsonDocument.Parse(made.Output).RootElement.GetProperty("snapshot").GetProperty("id").GetString()!;

        await engine.ShellAsync(game, "echo 'day 2' >/data/world/level.dat; rm /data/world/pipe; rmdir /data/shared; mkdir /data/world/new; chown 1000:1000 /data/world/new", Cancel);
        await engine.ShellAsync(game, "rm /game/server.properties; rm -r /game/mods; ln -s busybox /bin/tee; echo new >/game/new.txt", Cancel);
        var restored = await inside.SayAsync(Cancel, "snapshot", "restore", id, "--yes");
        restored.Exit.ShouldBe(0, restored.Output + restored.Errors);
        (await engine.ShellAsync(game, "cat /data/world/level.dat", Cancel)).Trim().ShouldBe("day 1");
        Print(await RootAsync(engine, game)).ShouldBe(before);
        (await engine.ShellAsync(game, "cat /game/server.properties; ls /game/mods; test -e /bin/tee || echo gone", Cancel)).ShouldBe("changed\nthree.jar\ngone\n");

        // Told to end it ends well, and in the time an engine gives.
        since = Stopwatch.GetTimestamp();
        (await docker.RunAsync(["stop", "-t", "20", name], Cancel)).Exit.ShouldBe(0);
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        (await docker.RunAsync(["inspect", "-f", "{{.State.ExitCode}}", name], Cancel)).Output.Trim().ShouldBe("0");
        var log = await docker.RunAsync(["logs", name], Cancel);
        (log.Output + log.Errors).ShouldNotContain(Password);
    }

    [Fact]
    public void Compose_Capabilities_AreThoseTheProgramAsksFor()
    {
        var wanted = Capabilities.Names.Order(StringComparer.Ordinal);

        OfCompose().Select(name => "CAP_" + name).Order(StringComparer.Ordinal).ShouldBe(wanted);
    }

    /// <summary>A running container's files as the host sees them.</summary>
    private static async Task<string> RootAsync(EngineBench engine, ContainerId container) =>
        $"/proc/{(await engine.Engine.Containers.InspectAsync(container, Cancel)).State.ProcessId}/root";

    /// <summary>All that a game sees of its world and of what it changed of its image.</summary>
    private static string Print(string root) => string.Join(
        '\n', from top in (string[])["/data", "/game", "/bin"] from entry in TreeState.ReadWithTop(root + top) select $"{top}{entry.Key} {entry.Value}");

    /// <summary>Those that compose.yaml gives back after dropping all.</summary>
    private static List<string> OfCompose() =>
    [
        .. File.ReadLines(Path.Combine(SourceTree.Root, "compose.yaml")).SkipWhile(line => !line.Contains("cap_add:", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.TrimStart().StartsWith("- ", StringComparison.Ordinal)).Select(line => line.TrimStart(' ', '-').Split(' ')[0]),
    ];

    /// <summary>Docker's own client.</summary>
    private sealed class Docker(string host)
    {
        private static readonly string Cache = Environment.GetEnvironmentVariable("SNAPSHOTBOT_CACHE")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "snapshotbot");

        public async Task BuildAsync(CancellationToken cancellationToken)
        {
            const string Runtime = "snapshotbot-base-runtime:1";
            const string Sdk = "snapshotbot-base-sdk:1";
            var bases = await RunAsync(Path.Combine(SourceTree.Root, "tools", "base-image.sh"), [host, Runtime, Sdk], cancellationToken);
            bases.Exit.ShouldBe(0, bases.Errors);
            var built = await RunAsync(["build", "--network", "none", "--build-arg", $"RUNTIME={Runtime}", "--build-arg", $"SDK={Sdk}", "-t", Image, SourceTree.Root], cancellationToken);
            built.Exit.ShouldBe(0, built.Output + built.Errors);
        }

        public Task<ProgramRun> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
            RunAsync(Path.Combine(Cache, "engine-old", "usr", "bin", "docker"), ["-H", host, .. arguments], cancellationToken);

        private static async Task<ProgramRun> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramRun(process.ExitCode, await output, await errors);
        }
    }

    /// <summary>The program inside the container, as somebody there runs it.</summary>
    private sealed class Inside(Docker docker, string container)
    {
        public Task<ProgramRun> SayAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
            docker.RunAsync(["exec", container, "snapshotbot", .. arguments, "--json", "--progress", "none"], cancellationToken);

        /// <summary>Waits until its own health check says that it is ready, or it has ended.</summary>
        public async Task ReadyAsync(CancellationToken cancellationToken)
        {
            while ((await docker.RunAsync(["exec", container, "snapshotbot", "health"], cancellationToken)).Exit != 0)
            {
                var state = await docker.RunAsync(["inspect", "-f", "{{.State.Running}}", container], cancellationToken);
                var log = await docker.RunAsync(["logs", container], cancellationToken);
                state.Output.Trim().ShouldBe("true", log.Output + log.Errors);
            }
        }
    }
}
