using System.Reflection;
using Shouldly;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Playground;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// What a button, select or form carries is only a wish. Every verb there is, pressed by those who may not, in guilds it does not belong to,
/// mangled, a second time and too late: refused in words that give nothing away, written down, and nothing is changed.
/// </summary>
public sealed class ForgedTests
{
    private const int Patience = 900_000;
    private const string Secret = "secret-name";

    // An admin of another guild that is allowed sets up that guild and sees who did what there, and nothing else.
    private static readonly string[] OwnGuild = [Verb.Set, Verb.PostPanel, Verb.Audit];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Wishes_Verbs_AreAllThere()
    {
        // Each is what a button really carries: what can't have been made here is refused for that alone.
        ForgedPresses.Of(Things.Nobodys).ShouldAllBe(wish => CustomId.Parse(wish.Id) != null);

        // A new verb needs a wish below, so that it is tried by everybody who must not have what it does.
        var verbs = typeof(Verb).GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        verbs.Except(ForgedPresses.Of(Things.Nobodys).Select(wish => wish.Id.Split(':')[0]), StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Presses_OfThoseWhoMayNot_AreRefusedWrittenDownAndChangeNothing()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        var things = await PrepareAsync(bench);
        var foreign = bench.Discord.AddUsualGuild("Elsewhere");
        var second = bench.Discord.AddUsualGuild("Second");
        _ = await bench.TerminalAsync("settings", "set", "guilds", $"{bench.Guild.Id},{second.Id}");
        await using var audit = await AuditReader.OpenAsync(bench, Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        things = await PrepareQuestionsAsync(bench, things);
        var before = await StateAsync(bench);
        var open = await bench.PublicPostAsync(Cancel);

        // Nobody's role, too small a role, a guild nobody allowed, and a guild that is allowed and not the server's home: as its owner.
        await TryAllAsync(bench, audit, "stranger", bench.As("stranger"), open, things, wish => true);
        await TryAllAsync(bench, audit, "viewer", bench.As("viewer"), open, things, wish => wish.Needed > GuildRole.Viewer);
        foreach (var guild in new[] { foreign, second })
        {
            var owner = bench.Discord.As(guild.Owner, guild.Channels[0]);
            _ = owner.Say("hello");
            var there = await owner.SeesAsync(post => post.OnlyFor is null, Cancel);
            await TryAllAsync(bench, audit, guild.Name, owner, there, things, wish => guild == foreign || !OwnGuild.Contains(wish.Id.Split(':')[0]));
        }

        (await StateAsync(bench)).ShouldBe(before);
        foreach (var guild in new[] { foreign, second })
        {
            guild.Channels.SelectMany(channel => channel.Posts).ShouldAllBe(post => !post.Body.ToJsonString().Contains(Secret) && !post.Body.ToJsonString().Contains("castle"));
        }

        await EndAsync(bench, bot);
    }

    [Fact(Timeout = Patience)]
    public async Task Presses_Mangled_AreRefusedWrittenDownAndChangeNothing()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        var things = await PrepareAsync(bench);
        await using var audit = await AuditReader.OpenAsync(bench, Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        var admin = bench.As("admin");
        var open = await bench.PublicPostAsync(Cancel);
        var before = await StateAsync(bench);
        foreach (var wish in ForgedPresses.Of(things))
        {
            // A select that offers something comes back with something it never offered, too.
            string[] values = [.. wish.Values.Select(_ => "ffffffffffffffff")];
            foreach (var mangled in (IEnumerable<string>)[.. ForgedPresses.Mangled(wish.Id), .. values.Length > 0 ? [wish.Id] : (string[])[]])
            {
                await audit.RefusedAsync(admin, () => admin.Forge(open, mangled, values), mangled, Cancel);
            }
        }

        // Forms that nobody opened, with ids that are nobody's.
        foreach (var form in (string[])["new:s-ffffffffffff", "newsch:s-ffffffffffff", "form:rename:ffffffffffffffff", "form:note:", "form:part:x", "form:duplicate:ffffffffffffffff", "form", "form:prune:x", "x"])
        {
            await audit.RefusedAsync(
                admin, () => admin.ForgeForm(open, form, ("name", "n"), ("note", "n"), ("every", "every 6 hours"), ("path", "/../../etc/shadow")), form, Cancel);
        }

        bench.Said().ShouldNotContain(Secret);
        (await StateAsync(bench)).ShouldBe(before);
        await EndAsync(bench, bot);
    }

    [Fact(Timeout = Patience)]
    public async Task Confirm_ReplayedExpiredOrAfterTheRoleIsGone_DoesNothing()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        var things = await PrepareAsync(bench);
        await using var audit = await AuditReader.OpenAsync(bench, Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        var admin = bench.As("admin");
        var open = await bench.PublicPostAsync(Cancel);
        var role = bench.Guild.Role("Snapshot admin");

        // The role is taken away between the question and the click: the click is judged by what holds now.
        var asked = await admin.ReadAsync(admin.Command("snapshot restore", ("snapshot", things.Snapshot)), Cancel);
        _ = await bench.Engine.ShellAsync(bench.Container, "echo 'day 2' >/data/level.dat", Cancel);
        bench.Discord.World.SetRoles(bench.Guild, admin.Person, bench.Guild.Role("Snapshot viewer"));
        await RefusedAsync(audit, admin, () => admin.Click(asked, "Restore"), "role gone");
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");
        bench.Discord.World.SetRoles(bench.Guild, admin.Person, role);

        // That click was worth something all the same: it can't be kept for a better day.
        await RefusedAsync(audit, admin, () => admin.Click(asked, "Restore"), "replayed after the role was gone");

        // Too late.
        var late = await HandleAsync(bench, things);
        await bench.ChangeCatalogAsync("UPDATE confirms SET \"ExpiresAt\" = 1", Cancel);
        await RefusedAsync(audit, admin, () => admin.Forge(open, "yes:" + late), "expired");
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");

        // Once is once, and only where and for whom it was asked.
        var handle = await HandleAsync(bench, things);
        await RefusedAsync(audit, bench.As("owner"), () => bench.As("owner").Forge(open, "yes:" + handle), "another's");
        await RefusedAsync(audit, bench.As("owner"), () => bench.As("owner").Forge(open, "no:" + handle), "another's no");
        _ = await admin.ReadAsync(admin.Forge(open, "yes:" + handle), Cancel);
        _ = await bench.SeesAsync("viewer", "Deleted", Cancel);
        await RefusedAsync(audit, admin, () => admin.Forge(open, "yes:" + handle), "replayed");
        await RefusedAsync(audit, admin, () => admin.Forge(open, "no:" + handle), "replayed no");
        await EndAsync(bench, bot);
    }

    [Fact(Timeout = Patience)]
    public async Task Typing_ByAnOutsider_SuggestsNothingAndIsWrittenDown()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        _ = await PrepareAsync(bench);
        var foreign = bench.Discord.AddUsualGuild("Elsewhere");
        await using var audit = await AuditReader.OpenAsync(bench, Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        var options = SuggestingOptions(bench.As("owner")).ToList();
        options.Count.ShouldBeGreaterThan(20);

        foreach (var (path, option) in options)
        {
            foreach (var who in new[] { bench.As("stranger"), bench.Discord.As(foreign.Owner, foreign.Channels[0]) })
            {
                if (path.StartsWith("settings", StringComparison.Ordinal) && who.Person.Name == "stranger")
                {
                    // Discord itself does not show it to them.
                    continue;
                }

                var seen = audit.RefusalsOf(who);
                (await who.AnswerAsync(who.Type(path, option, ""), Cancel)).Choices.ShouldBeEmpty($"{who.Person.Name}: {path} {option}");
                if (options.First(each => each.Path == path).Option == option)
                {
                    // Written down once a minute for a person and a command, not at every key.
                    await audit.GrowsAsync(who, seen, $"{path} {option}", Cancel);
                }
            }
        }

        // What is typed by somebody who may see it is not refused, so that the emptiness above means something.
        (await bench.As("viewer").AnswerAsync(bench.As("viewer").Type("snapshot info", "snapshot", "secret"), Cancel)).Choices.ShouldHaveSingleItem();
        await EndAsync(bench, bot);
    }

    private static async Task TryAllAsync(
        DiscordBench bench, AuditReader audit, string name, Actor who, Post open, Things things, Func<Wish, bool> isRefused)
    {
        foreach (var wish in ForgedPresses.Of(things).Where(isRefused))
        {
            await RefusedAsync(audit, who, () => who.Forge(open, wish.Id, [.. wish.Values]), $"{name}: {wish.Id}");
        }

        // And the forms behind them, sent without having been opened.
        foreach (var form in (string[])[$"new:{things.Server}", $"form:rename:{things.Snapshot}", $"form:note:{things.Snapshot}", $"form:part:{things.Snapshot}", $"form:duplicate:{things.Snapshot}", $"form:image:{things.Snapshot}"])
        {
            await RefusedAsync(audit, who, () => who.ForgeForm(open, form, ("name", "taken over"), ("note", "x"), ("path", "/data"), ("tag", "taken:over")), $"{name}: {form}");
        }

        _ = bench;
    }

    private static async Task RefusedAsync(AuditReader audit, Actor who, Func<Exchange> act, string what) =>
        (await audit.RefusedAsync(who, act, what, Cancel)).Text.ShouldNotContain(Secret, Case.Sensitive, what);

    /// <summary>A server with a snapshot, an operation that is over, and roles.</summary>
    private static async Task<Things> PrepareAsync(DiscordBench bench)
    {
        await bench.SetUpAsync(Cancel);
        var added = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", Secret);
        // What the bot would do by itself in a moment is done: only what is pressed changes anything.
        _ = await bench.TerminalAsync("snapshot", "verify", made.Json.GetProperty("snapshot").GetProperty("id").GetString()!);
        var operations = await bench.TerminalAsync("operation", "list", "--all");
        var schedule = await bench.TerminalAsync("schedule", "set", "nightly", "--server", "castle", "--every", "daily at 04:00", "--zone", "UTC");
        var server = added.Json.GetProperty("server").GetProperty("id").GetString()!;
        return new Things
        {
            Server = server,
            Snapshot = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!,
            Operation = operations.Json.GetProperty("operations")[0].GetProperty("id").GetString()!,
            Schedule = schedule.Json.GetProperty("schedule").GetProperty("id").GetString()!,
            Incident = await bench.OpenIncidentAsync(server, new IncidentCause.CrashLoop(bench.ContainerName, 5, 1), Cancel),
            Container = bench.ContainerName,
            Role = bench.Guild.Role("Snapshot viewer").Id,
        };
    }

    /// <summary>The same with questions that wait for the admin, and for nobody else.</summary>
    private static async Task<Things> PrepareQuestionsAsync(DiscordBench bench, Things things)
    {
        var admin = bench.As("admin");
        var preview = await admin.ReadAsync(admin.Command("schedule set", ("server", "castle"), ("name", "weekly"), ("every", "mondays at 06:00")), Cancel);
        var walk = await admin.ReadAsync(admin.Command("snapshot browse", ("snapshot", things.Snapshot)), Cancel);
        return things with { Handle = await HandleAsync(bench, things), Preview = HandleIn(preview, Verb.Change), Walk = HandleIn(walk, Verb.Browse) };
    }

    /// <summary>The handle of a question that waits for the admin's yes.</summary>
    private static async Task<string> HandleAsync(DiscordBench bench, Things things)
    {
        var admin = bench.As("admin");
        var card = await admin.ReadAsync(admin.Command("snapshot delete", ("snapshot", things.Snapshot)), Cancel);
        return HandleIn(card, Verb.Yes);
    }

    private static string HandleIn(Post card, string verb) => card.Body.ToJsonString().Split($"\"custom_id\":\"{verb}:")[1].Split('"', ':')[0];

    private static async Task<string> StateAsync(DiscordBench bench) => string.Join(
        '\n',
        (await bench.TerminalAsync("snapshot", "list")).Output,
        (await bench.TerminalAsync("server", "list")).Output,
        (await bench.TerminalAsync("settings", "show")).Output,
        (await bench.TerminalAsync("schedule", "list")).Output,
        // What the program does by itself meanwhile, reading back and tidying, nobody pressed for.
        string.Join('\n', (await bench.TerminalAsync("operation", "list", "--all")).Json.GetProperty("operations").EnumerateArray()
            .Where(operation => operation.GetProperty("requestedBy").GetString()!.All(char.IsAsciiDigit)).Select(operation => operation.GetRawText())),
        await bench.WorldAsync(Cancel));

    private static async Task EndAsync(DiscordBench bench, ServingBot bot)
    {
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        bot.Errors.ShouldNotContain("should not happen");
    }

    private static IEnumerable<(string Path, string Option)> SuggestingOptions(Actor who)
    {
        foreach (var command in who.Palette)
        {
            foreach (var found in Options(command, command["name"]!.GetValue<string>()))
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<(string Path, string Option)> Options(System.Text.Json.Nodes.JsonObject at, string path)
    {
        foreach (var option in (at["options"] as System.Text.Json.Nodes.JsonArray ?? []).OfType<System.Text.Json.Nodes.JsonObject>())
        {
            var name = option["name"]!.GetValue<string>();
            if (option["type"]!.GetValue<int>() <= 2)
            {
                foreach (var found in Options(option, $"{path} {name}"))
                {
                    yield return found;
                }
            }
            else if (option["autocomplete"]?.GetValue<bool>() == true)
            {
                yield return (path, name);
            }
        }
    }
}
