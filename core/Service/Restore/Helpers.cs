using System.Formats.Tar;
using System.Globalization;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Runs containers that do nothing but be there. Their image is one file, made here: nothing is pulled, and the game's own image may hold
/// no program that waits.</summary>
internal sealed class Helpers(EngineConnection connection, RunState runState)
{
    private static readonly ImageTag Image = ImageTag.Parse("snapshotbot-pin:1");

    /// <summary>Starts one; it goes with the operation, however that ends.</summary>
    /// <exception cref="EngineException">The engine can't run it, or its processor is one no helper is written for.</exception>
    public async Task<ContainerId> StartAsync(string purpose, IReadOnlyList<BlueprintMount> mounts, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var others = context.Journal.Open.Count(one => one.Fact is HelperStarted);
        var name = EngineName.Parse(string.Create(CultureInfo.InvariantCulture, $"snapshotbot-{purpose}-{context.Id.Value}{(others == 0 ? "" : $"-{others}")}"));
        await context.Journal.WriteAsync(new HelperStarted(name.Value, Image.ToString()), cancellationToken);
        if (await engine.Images.FindAsync(Image.ToString(), cancellationToken) is null)
        {
            using var root = await RootAsync((await engine.ReadInfoAsync(cancellationToken)).Architecture, cancellationToken);
            await engine.Images.ImportAsync(root, Image, ["ENTRYPOINT [\"/pin\"]"], cancellationToken);
        }

        // Not the caller's token: a making given up could still happen after it was taken back.
        var blueprint = new ContainerBlueprint { Image = Image.ToString(), Network = "none", Mounts = mounts };
        var id = await engine.Containers.CreateAsync(blueprint.ToDefinition(), name, CancellationToken.None);
        await runState.EnsureRunningAsync(id, paused: false, CancellationToken.None);
        return id;
    }

    private static async Task<MemoryStream> RootAsync(string architecture, CancellationToken cancellationToken)
    {
        var program = PauseProgram.For(architecture) ?? throw new EngineAnswerException($"No helper is written for {architecture}.");
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "pin") { Mode = (UnixFileMode)0b111_101_101, DataStream = new MemoryStream(program) }, cancellationToken);
        }

        tar.Position = 0;
        return tar;
    }
}
