using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class NewLayerTests
{
    [Fact]
    public async Task Find_OthersAreMadeInTheSameMoment_IsTheContainersOwnAndNothingIsLeftInIt()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        var engine = bench.Engine.Engine;
        await bench.StartGameAsync();
        var finder = bench.Get<NewLayerFinder>();

        var before = await finder.LookAsync(engine, ServiceBench.Cancel);
        var made = new List<ContainerId>();
        for (var number = 0; number < 3; number++)
            made.Add(await engine.Containers.CreateAsync(EngineBench.Sleeper.ToDefinition(), bench.Engine.Name($"made-{number}"), ServiceBench.Cancel));

        foreach (var id in made)
        {
            var found = await finder.FindAsync(engine, await bench.InspectAsync(id), before, ServiceBench.Cancel);
            var left = Directory.EnumerateFileSystemEntries(found).ToList();
            await engine.Containers.StartAsync(id, ServiceBench.Cancel);

            // Once it runs the engine shows it.
            (await engine.WritableLayers.FindAsync(await bench.InspectAsync(id), ServiceBench.Cancel))
                .ShouldBeOfType<WritableLayerLookup.Found>().Layer.UpperDirectory.ShouldBe(found);
            left.ShouldBeEmpty();
        }
    }
}
