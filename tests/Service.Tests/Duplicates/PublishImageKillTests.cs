using System.Text;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Duplicates;

/// <summary>The real program, killed with SIGKILL at random moments of publishing an image: the name leads to the whole image or to what it led to before.</summary>
public sealed class PublishImageKillTests
{
    private const string Look = "cat /game/version; sha256sum /game/big; ls /game/mods";

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Publish_KilledAtRandomMoments_IsWholeOrAsBeforeAndTheRecordSaysWhich(string engine)
    {
        var kills = KilledProgram.Kills(1);
        var moments = new KillMoments(kills);
        await using var bench = await ServiceBench.OpenAsync(engine);
        var own = bench.Engine.Name("image").Value;
        var tag = ImageTag.Parse(own + ":1");
        var images = bench.Engine.Engine.Images;
        var game = await bench.StartGameAsync(change: one => one with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["whose"] = own } });
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/game/big bs=1024 count=16384; rm /game/mods/one.jar; echo 1 > /game/version");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var wanted = await bench.ShellAsync(game, Look);
        var earlier = await images.CommitAsync(game, ImageTag.Parse(own + ":earlier"), "", ServiceBench.Cancel);
        var done = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            // Every other time the name leads to an image already.
            var moves = moments.Toss();
            if (moves)
                await images.TagAsync(earlier, tag, ServiceBench.Cancel);
            var moment = moments.Next();
            var what = $"seed {moments.Seed}, kill {kill}, {(moves ? "name in use" : "new name")}, {moment}";
            var before = Newest(bench).Id;

            moments.Took(await KilledProgram.KillAsync(bench, moment, "snapshot", "image", snapshot.Id.Value, tag.ToString(), "--json"));
            await RestoreKillTests.HealOnceAsync(bench, what);

            var says = Newest(bench) is { State: OperationState.Ended } newest && newest.Id != before;
            what = $"{what}; the record says {Newest(bench).State} {Newest(bench).Failure?.Message}";
            var now = (await images.FindAsync(tag.ToString(), ServiceBench.Cancel))?.Id;
            var all = await OwnAsync(images, own);
            (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).ShouldNotContain(one => one.Name.StartsWith("snapshotbot-image-", StringComparison.Ordinal), what);
            ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse(what);
            if (says)
            {
                done++;
                now.ShouldNotBeNull(what).ShouldNotBe(earlier, what);
                all.ShouldBe([.. ((ImageId[])[earlier, now.Value]).OrderBy(one => one.Value, StringComparer.Ordinal)], what);
                var run = await bench.Engine.StartAsync(EngineBench.Sleeper with { Image = tag.ToString() }, "run", ServiceBench.Cancel);
                (await bench.ShellAsync(run, Look)).ShouldBe(wanted, what);
                await bench.Engine.Engine.Containers.StopAsync(run, TimeSpan.Zero, ServiceBench.Cancel);
                await bench.Engine.Engine.Containers.RemoveAsync(run, AnonymousVolumes.Remove, ServiceBench.Cancel);
            }
            else
            {
                now.ShouldBe(moves ? earlier : (ImageId?)null, what);
                all.ShouldBe([earlier], what);
            }

            if (now is not null)
                await images.UntagAsync(tag, ServiceBench.Cancel);
        }

        TestContext.Current.SendDiagnosticMessage($"{kills} rounds, {done} published");
        await images.UntagAsync(ImageTag.Parse(own + ":earlier"), ServiceBench.Cancel);
    }

    private static OperationInfo Newest(ServiceBench bench) => bench.Get<OperationReads>().List(OperationFilter.All, 1).ShouldHaveSingleItem();

    /// <summary>All images made of this test's container, named or not.</summary>
    private static async Task<IReadOnlyList<ImageId>> OwnAsync(IImages images, string own)
    {
        var found = new List<ImageId>();
        foreach (var image in await images.ListAsync(ServiceBench.Cancel))
        {
            try
            {
                if (Encoding.UTF8.GetString((await images.InspectAsync(image.Id, ServiceBench.Cancel)).Json.Span).Contains($"\"whose\":\"{own}\"", StringComparison.Ordinal))
                    found.Add(image.Id);
            }
            catch (EngineNotFoundException)
            {
                // Another test's, gone since the list.
            }
        }

        return [.. found.OrderBy(one => one.Value, StringComparer.Ordinal)];
    }
}
