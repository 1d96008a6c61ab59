using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Bot.Tests.Discord.Evenings;
using SnapshotBot.Playground.People;
using SnapshotBot.Testing.Engines;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>Anybody can invite a public bot where he is Administrator. There he is shown nothing and nothing is done.</summary>
public sealed class NotAllowedTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Guild_NotAllowed_ItsAdministratorTriesEverything_NothingIsShownOrDone()
    {
        await using var bench = await EveningBench.OpenAsync("not told", Cancel);
        await bench.SetUpAsync();
        await bench.AddCastleAsync("keep-of-secrets");
        _ = await bench.ScheduleAsync("nightly-secret", "daily at 04:00");
        var id = await bench.SnapshotAsync("treasure");
        await VerifyAsync(bench, id);
        var before = await StateAsync(bench);
        var other = bench.Discord.AddUsualGuild("Elsewhere");
        var boss = bench.Discord.As(other.Owner, other.Channels[0]);
        string[] known = ["treasure", "keep-of-secrets", "nightly-secret", bench.ContainerName, id];

        var tried = 0;
        foreach (var (path, options) in Commands(boss, id))
        {
            var answer = await boss.ReadAsync(boss.Command(path, [.. options]), Cancel);
            answer.OnlyFor.ShouldBe(other.Owner, path);
            known.ShouldAllBe(name => !answer.Text.Contains(name, StringComparison.Ordinal), path + ": " + answer.Text);
            (answer.Text.Contains("not set up here", StringComparison.Ordinal)).ShouldBeTrue(path + ": " + answer.Text);
            tried++;
        }

        tried.ShouldBeGreaterThan(30);
        foreach (var (path, option) in Suggesting(boss))
        {
            (await boss.AnswerAsync(boss.Type(path, option, ""), Cancel)).Choices.ShouldBeEmpty(path + " " + option);
        }

        // Whatever a changed client presses: ids as they stand on the buttons of the other guild, and some that never were.
        var open = boss.Say("hello");
        var server = bench.Bot.Desk.ServerReads.FindAsync("keep-of-secrets", Cancel);
        var serverId = (await server).ShouldBeOfType<SnapshotBot.Service.Servers.ServerFound.One>().Server.Id.Value;
        foreach (var wish in Wishes(id, serverId, bench.ContainerName))
        {
            var answer = await boss.ReadAsync(boss.Forge(open, wish.Id, wish.Values), Cancel);
            known.ShouldAllBe(name => !answer.Text.Contains(name, StringComparison.Ordinal), wish.Id + ": " + answer.Text);
        }

        (await StateAsync(bench)).ShouldBe(before);
        other.Channels.SelectMany(channel => channel.Posts).Where(post => post.OnlyFor is null && post.Author is null).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Guild_GuestOfAServer_ItsAdministratorTriesEverything_SeesItsStateAndNothingElse()
    {
        await using var bench = await EveningBench.OpenAsync("not told", Cancel);
        await bench.SetUpAsync();
        await bench.AddCastleAsync("keep-of-secrets");
        _ = await bench.ScheduleAsync("nightly-secret", "daily at 04:00");
        await bench.OnlineAsync("Anna-the-player");
        var id = await bench.SnapshotAsync("treasure");
        _ = await bench.TerminalAsync("snapshot", "note", id, "under the old oak");
        await VerifyAsync(bench, id);
        var server = (await bench.TerminalAsync("server", "list")).Json.GetProperty("servers")[0].GetProperty("id").GetString()!;
        var other = bench.Discord.AddUsualGuild("The guests");
        _ = await bench.TerminalAsync("settings", "set", "guilds", $"{bench.Guild.Id},{other.Id}");
        _ = await bench.TerminalAsync("server", "share", "keep-of-secrets", "--guild", $"{other.Id}");
        var before = await StateAsync(bench);
        var boss = bench.Discord.As(other.Owner, other.Channels[0]);
        string[] hidden = ["treasure", "nightly-secret", "Anna-the-player", "under the old oak", "level.dat", bench.ContainerName];

        // By its id, by its name, and one that is not there: the answers tell none of them apart.
        foreach (var (path, options) in Commands(boss, id, "keep-of-secrets/treasure", "keep-of-secrets/no such", "treasure"))
        {
            if (path is "panel" or "server list" or "schedule list" || path.StartsWith("settings", StringComparison.Ordinal))
            {
                continue;
            }

            var answer = await boss.ReadAsync(boss.Command(path, [.. options]), Cancel);
            var named = path + ": " + string.Join(", ", options);
            answer.OnlyFor.ShouldBe(other.Owner, named);
            hidden.ShouldAllBe(word => !answer.Text.Contains(word, StringComparison.Ordinal), named + ": " + answer.Text);
            if (options.Exists(option => option.Item1 == "snapshot") && path != "snapshot undo")
            {
                answer.Text.ShouldContain("No such snapshot here", Case.Sensitive, named);
            }
        }

        // What they may see is that it is there, and how it is.
        (await boss.ReadAsync(boss.Command("server list"), Cancel)).Text.ShouldContain("keep-of-secrets");
        (await boss.ReadAsync(boss.Command("panel"), Cancel)).Text.ShouldContain("panel");
        foreach (var (path, option) in Suggesting(boss).Where(each => each.Option != "server" && !each.Path.StartsWith("settings", StringComparison.Ordinal)))
        {
            var choices = (await boss.AnswerAsync(boss.Type(path, option, ""), Cancel)).Choices;
            hidden.Where(word => word != bench.ContainerName).ShouldAllBe(word => choices.All(choice => !choice.Name.Contains(word, StringComparison.Ordinal)), path + " " + option);
        }

        var open = boss.Say("hello");
        foreach (var wish in Wishes(id, server, bench.ContainerName).Where(wish => wish.Id is not ("setup" or "set:roles.admin")))
        {
            _ = await boss.ReadAsync(boss.Forge(open, wish.Id, wish.Values), Cancel);
        }

        var seen = string.Join('\n', other.Channels.SelectMany(channel => channel.Posts).SelectMany(post => post.Versions).Select(version => version.ToJsonString()));
        hidden.Where(word => word != bench.ContainerName).ShouldAllBe(word => !seen.Contains(word, StringComparison.Ordinal));
        (await StateAsync(bench)).ShouldBe(before);
    }

    [Fact(Timeout = Patience)]
    public async Task Server_Add_ContainerThatIsNotOffered_IsRefusedHoweverItIsAsked()
    {
        await using var bench = await EveningBench.OpenAsync("not told", Cancel);
        _ = await bench.Engine.StartAsync(EngineBench.Sleeper, "database", Cancel);
        var name = bench.Engine.Name("database").Value;
        await bench.SetUpAsync();
        var admin = bench.Discord.As("admin");

        var suggested = await admin.AnswerAsync(admin.Type("server add", "container", "", ("name", "x")), Cancel);
        suggested.Choices.Select(choice => choice.Value).ShouldNotContain(name);
        foreach (var given in (string[])[name, $"{bench.ContainerName}, {name}", name[..4], "/" + name])
        {
            (await admin.ReadAsync(admin.Command("server add", ("name", "x"), ("container", given)), Cancel)).Text.ShouldContain("No such container is offered", Case.Sensitive, given);
        }

        var open = admin.Say("hello");
        (await admin.ReadAsync(admin.Forge(open, "addsrv", name), Cancel)).Text.ShouldContain("No such container is offered");

        // Nor with a compose project of which it is a part; one that is offered as a whole is added as a whole. None at all adds nothing.
        Dictionary<string, string> Of(string project, string offer) => new() { ["com.docker.compose.project"] = project, ["snapshotbot.offer"] = offer };
        foreach (var (suffix, labels) in ((string, Dictionary<string, string>)[])
            [("a-game", Of("half", "true")), ("a-map", Of("half", "false")), ("b-game", Of("whole", "true")), ("b-map", Of("whole", "true"))])
        {
            _ = await bench.Engine.StartAsync(EngineBench.Sleeper with { Labels = labels }, suffix, Cancel);
        }

        (await admin.AnswerAsync(admin.Type("server add", "compose", "", ("name", "x")), Cancel)).Choices.Select(choice => choice.Value).ShouldBe(["whole"]);
        (await admin.ReadAsync(admin.Command("server add", ("name", "x"), ("compose", "half")), Cancel)).Text.ShouldContain("No such compose project is offered");
        (await admin.ReadAsync(admin.Command("server add", ("name", "x")), Cancel)).Text.ShouldContain("Nothing was");
        (await bench.TerminalAsync("server", "list")).Json.GetProperty("servers").GetArrayLength().ShouldBe(0);
        (await admin.ReadAsync(admin.Command("server add", ("name", "x"), ("compose", "whole")), Cancel)).Text.ShouldContain("Added server");
        (await bench.TerminalAsync("server", "list")).Json.GetProperty("servers")[0].GetProperty("containers").GetArrayLength().ShouldBe(2);
    }

    /// <summary>Before it is looked at what there is: the bot verifies a newest snapshot by itself after a minute, which shows in it.</summary>
    private static async Task VerifyAsync(EveningBench bench, string id) =>
        (await bench.TerminalAsync("snapshot", "verify", id)).Json.GetProperty("verified").GetBoolean().ShouldBeTrue();

    /// <summary>What there is and who may what, as the terminal tells it.</summary>
    private static async Task<string> StateAsync(EveningBench bench) => string.Join('\n',
        (await bench.TerminalAsync("snapshot", "list")).Output, (await bench.TerminalAsync("server", "list")).Output,
        (await bench.TerminalAsync("settings", "show")).Output, (await bench.TerminalAsync("operation", "list")).Output,
        string.Join(',', (await bench.TerminalAsync("schedule", "list")).Json.GetProperty("schedules").EnumerateArray().Select(one => one.GetProperty("state").GetString())));

    /// <summary>Every command of the palette, each with its required options, and once with all of them.</summary>
    private static IEnumerable<(string Path, List<(string, object)> Options)> Commands(Actor who, params string[] snapshots) =>
        from leaf in Leaves(who)
        from snapshot in snapshots
        from options in (List<JsonObject>[])[[.. leaf.Options.Where(option => option["required"]?.GetValue<bool>() == true)], leaf.Options]
        select (leaf.Path, options.Select(option => Filled(option, snapshot, who)).ToList());

    private static IEnumerable<(string Path, string Option)> Suggesting(Actor who) =>
        from leaf in Leaves(who)
        from option in leaf.Options
        where option["autocomplete"]?.GetValue<bool>() == true
        select (leaf.Path, option["name"]!.GetValue<string>());

    private static IEnumerable<(string Path, List<JsonObject> Options)> Leaves(Actor who)
    {
        foreach (var command in who.Palette)
        {
            var name = command["name"]!.GetValue<string>();
            var options = Items(command["options"]);
            var below = options.Where(option => option["type"]!.GetValue<int>() == 1).ToList();
            if (below.Count == 0)
            {
                yield return (name, options);
            }

            foreach (var sub in below)
            {
                yield return ($"{name} {sub["name"]}", Items(sub["options"]));
            }
        }
    }

    private static (string, object) Filled(JsonObject option, string snapshot, Actor who)
    {
        var name = option["name"]!.GetValue<string>();
        object value = option["type"]!.GetValue<int>() switch
        {
            4 => 1,
            5 => true,
            6 => who.Person.Name,
            7 => "general",
            8 => "Snapshot admin",
            _ when Items(option["choices"]) is [var choice, ..] => choice["value"]!.GetValue<string>(),
            _ => name switch
            {
                "snapshot" or "other" => snapshot,
                "server" => "keep-of-secrets",
                "every" => "every 6 hours",
                "when" => "any",
                "zone" => "Europe/Berlin",
                _ => "x1",
            },
        };
        return (name, value);
    }

    private static IEnumerable<(string Id, string[] Values)> Wishes(string snapshot, string server, string container)
    {
        foreach (var word in (string[])["restore", "delete", "lock", "unlock", "diff", "verify", "create", "undo", "duplicate"])
        {
            yield return ($"run:{word}:{(word is "create" or "undo" ? server : snapshot)}", []);
        }

        foreach (var id in (string[])
            [
                "open:" + snapshot, "new:" + server, "newsch:" + server, $"form:rename:{snapshot}", $"form:part:{snapshot}", "ask:" + snapshot, "decline:" + snapshot,
                "undel:" + snapshot, "fine:" + server, "details:" + snapshot, "again:" + snapshot, "cancel:" + snapshot, "postpanel", $"pan:sna:{server}:0:u",
                $"pan:sch:{server}:0:u", $"pan:sto:{server}:0:u", "yes:abcdefghjkmnpqrs", "no:abcdefghjkmnpqrs", "pre:abcdefghjkmnpqrs", "chg:abcdefghjkmnpqrs",
                "mute:" + snapshot, "br:abcdefghjkmnpqrs:get", $"part:{snapshot}:files", $"part:{snapshot}:place:1", "sched:run:c-000000000000", $"sched:allon:{server}",
                $"srv:stop:{server}", $"srv:remove:{server}", "srv:nonsense:x", "setup",
            ])
        {
            yield return (id, []);
        }

        yield return ("addsrv", [container]);
        yield return ("set:roles.admin", ["1"]);
        yield return ("pansrv:sna:u", [server]);
        yield return ("more:" + snapshot, ["browse"]);
        yield return ($"part:{snapshot}:player:0", ["Anna"]);
    }

    private static List<JsonObject> Items(JsonNode? node) => [.. (node as JsonArray ?? []).OfType<JsonObject>()];
}
