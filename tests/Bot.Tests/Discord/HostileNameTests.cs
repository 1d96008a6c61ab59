using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shouldly;
using SnapshotBot.Playground;
using SnapshotBot.Playground.State;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// Names and notes that want to be more than names, through the whole program: in lists, cards, panel, questions, an operation's message,
/// suggestions, forms and the audit's channel they are text that rings nobody, links nowhere and hides nothing.
/// </summary>
public sealed partial class HostileNameTests
{
    private const int Patience = 900_000;

    private static readonly string[] Hostile =
    [
        "@everyone pwn", "@here pwn", "<@&{role}> pwn", "<@{person}> pwn", "<#{channel}> pwn", "**bold pwn**", "[pwn](https://evil.example/a)", "`pwn`", "||pwn||",
        "~~pwn~~ __pwn__", "\u202Enwp\u202C pwn", "p\u200Bw\u200Dn\uFEFF", "# head pwn", "> quote pwn", "-# small pwn", "https://evil.example/pwn", "</snapshot:123> pwn", "<t:0:R> pwn",
        "<:pwn:123456789012345678>", "```\npwn\n```", "a\nb\r\npwn", "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 pwn", "\u2066pwn\u2069", "\\**pwn\\**", "⠀pwn",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Names_ThatWantToBeMore_AreTextEverywhere()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        await bench.SetUpAsync(Cancel);
        var guild = bench.Guild;
        _ = await bench.TerminalAsync("settings", "set", "audit", $"{guild.Channel("audit").Id}", "--guild", $"{guild.Id}");
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var names = Hostile.Select(name => name
            .Replace("{role}", $"{guild.Role("Snapshot admin").Id}", StringComparison.Ordinal)
            .Replace("{person}", $"{guild.Person("stranger").Id}", StringComparison.Ordinal)
            .Replace("{channel}", $"{guild.Channels[0].Id}", StringComparison.Ordinal)).ToList();
        await using var bot = await bench.ServeAsync(Cancel);
        var (viewer, mod, admin) = (bench.As("viewer"), bench.As("operator"), bench.As("admin"));
        var first = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "plain");
        var id = first.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        _ = await admin.ReadAsync(admin.Command("panel"), Cancel);

        // One snapshot takes every name in turn: a name is a name, whoever has it.
        foreach (var name in names)
        {
            _ = await mod.ReadAsync(mod.Command("snapshot rename", ("snapshot", id), ("name", name)), Cancel);
            _ = await mod.ReadAsync(mod.Command("snapshot note", ("snapshot", id), ("note", name)), Cancel);
            var card = await viewer.ReadAsync(viewer.Command("snapshot info", ("snapshot", id)), Cancel);
            card.Text.ShouldContain("pwn", Case.Insensitive, name);
            _ = await viewer.ReadAsync(viewer.Command("snapshot list"), Cancel);
            _ = await admin.ReadAsync(admin.Command("snapshot delete", ("snapshot", id)), Cancel);
            _ = await mod.ReadAsync(mod.Command("snapshot restore", ("snapshot", id)), Cancel);
            var typed = await viewer.AnswerAsync(viewer.Type("snapshot info", "snapshot", "pwn"), Cancel);
            foreach (var choice in typed.Choices)
            {
                Unseen(choice.Name, name);
            }

            var form = await mod.AnswerAsync(mod.Forge(card, "form:rename:" + id), Cancel);
            form.Modal.ShouldNotBeNull();
            _ = await mod.ReadAsync(mod.Forge(card, "ask:" + id), Cancel);

            // What somebody types and what is not there comes back in the refusal.
            _ = await viewer.ReadAsync(viewer.Command("snapshot info", ("snapshot", name)), Cancel);
            _ = await viewer.ReadAsync(viewer.Command("snapshot list", ("server", name)), Cancel);
            _ = await admin.ReadAsync(admin.Command("server add", ("name", name), ("container", name)), Cancel);
            _ = await admin.ReadAsync(admin.Command("schedule set", ("name", name), ("every", name)), Cancel);
        }

        // And the one message of an operation, with a few of them.
        foreach (var name in names.Take(4))
        {
            _ = await mod.ReadAsync(mod.Command("snapshot create", ("name", name), ("note", name)), Cancel);
        }

        _ = await viewer.SeesAsync(post => post.OnlyFor is null && post.Text.Contains("Saved", StringComparison.Ordinal), Cancel);
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        foreach (var version in guild.Channels.SelectMany(channel => channel.Posts).Where(post => post.Author is null).SelectMany(post => post.Versions))
        {
            Harmless(version);
        }

        guild.Channel("audit").Posts.ShouldNotBeEmpty();
        bot.Errors.ShouldNotContain("should not happen");
    }

    private static void Harmless(JsonObject message)
    {
        message["mentions"]?.AsArray().ShouldBeEmpty();
        message["mention_everyone"]?.GetValue<bool>().ShouldBeFalse();
        message["mention_roles"]?.AsArray().ShouldAllBe(_ => message.ToJsonString().Contains("asks to put", StringComparison.Ordinal));
        foreach (var component in PostReading.Components(message))
        {
            foreach (var key in (string[])["content", "label", "placeholder", "description"])
            {
                if (component[key]?.GetValue<string>() is { } text)
                {
                    Unseen(text, text);
                    if (key == "content")
                    {
                        Markup().Match(Code().Replace(text, "")).Value.ShouldBeEmpty(text);
                    }
                }
            }

            foreach (var option in (component["options"] as JsonArray ?? []).OfType<JsonObject>())
            {
                Unseen(option["label"]!.GetValue<string>(), "option");
            }
        }
    }

    /// <summary>Nothing that can't be seen or that turns other text around; and what rings everybody, nowhere.</summary>
    private static void Unseen(string text, string what)
    {
        text.ShouldNotContain("@everyone", Case.Insensitive, what);
        text.ShouldNotContain("@here", Case.Insensitive, what);
        text.EnumerateRunes().Where(rune => rune.Value != '\n' && rune.Value != 0xFE0F && System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control)
            .ShouldBeEmpty(what);
    }

    // What Discord's client would make more of than text, of the marks the names above bring along; none of them is one of ours.
    [GeneratedRegex(@"(?<!\\)(\*\*bold|\[pwn\]|`pwn|\|\|pwn|~~pwn|__pwn|<@&\d+> pwn|<@\d+> pwn|<#\d+> pwn|<t:0:R>|</snapshot|<:pwn|```|https?://evil)|(?m:^(> )?(#|>|-#) (head|quote|small) pwn)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Markup();

    // In a box of its own nothing means anything.
    [GeneratedRegex("`[^`\n]+`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
