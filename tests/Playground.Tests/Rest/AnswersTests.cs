using Shouldly;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.Tests.Page;
using SnapshotBot.Playground.Tests.Support;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Playground.Tests.Rest;

/// <summary>The stand-in's own answers against Discord's published specification.</summary>
public sealed class AnswersTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/gateway/bot", "gateway/bot", null)]
    [InlineData("GET", "/users/@me", "users/@me", null)]
    [InlineData("GET", "/users/@me/guilds", "users/@me/guilds", null)]
    [InlineData("GET", "/guilds/{guild_id}/roles", "guilds/$guild/roles", null)]
    [InlineData("GET", "/guilds/{guild_id}/members/{user_id}", "guilds/$guild/members/$owner", null)]
    [InlineData("GET", "/channels/{channel_id}", "channels/$channel", null)]
    [InlineData("PUT", "/applications/{application_id}/commands", "applications/$app/commands", SampleCards.Commands)]
    [InlineData("POST", "/channels/{channel_id}/messages", "channels/$channel/messages", """{"content":"<@$owner> **x**"}""")]
    [InlineData("POST", "/channels/{channel_id}/messages", "channels/$channel/messages", "$panel")]
    public async Task Answer_OfARoute_IsWhatTheSpecificationSays(string method, string template, string path, string? body)
    {
        Assert.SkipWhen(PublishedSpecification.File is null, "Discord's published specification is not here.");
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var bot = new ScriptedBot(discord, (_, _) => Task.CompletedTask);
        var guild = discord.World.Guilds[0];
        string Fill(string text) => text.Replace("$guild", $"{guild.Id}", StringComparison.Ordinal).Replace("$channel", $"{guild.Channels[0].Id}", StringComparison.Ordinal)
            .Replace("$owner", $"{guild.Owner.Id}", StringComparison.Ordinal).Replace("$app", $"{discord.World.Application.Id}", StringComparison.Ordinal)
            .Replace("$panel", SampleCards.Panel, StringComparison.Ordinal);

        var answer = await bot.SendAsync(new HttpMethod(method), Fill(path), body is null ? null : Fill(body));

        var found = Specification.Read(PublishedSpecification.File)!.CheckAnswer(template, method, 200, answer);
        found.ShouldNotBeNull();
        Describe(found.Problems).ShouldBeEmpty();
        discord.Ledger.Violations.ShouldBeEmpty();
        discord.Ledger.UnknownKeys.ShouldBeEmpty();
    }

    private static string Describe(Problems problems)
    {
        try
        {
            problems.ThrowIfAny();
            return "";
        }
        catch (Playground.Rest.RestError error)
        {
            return error.Body.ToJsonString();
        }
    }
}
