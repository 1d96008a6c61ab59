using System.Text.Json;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

/// <summary>What stands in the day's message of what is fine, and what must not.</summary>
public sealed class UnaskedOperationsTests
{
    [Theory]
    [InlineData(CopyRepository.KindText, """{"is":"stopped","code":"no-space"}""")]
    [InlineData(ProveBoot.KindText, """{"is":"not-proven","reason":"It did not answer."}""")]
    [InlineData(ProveBoot.KindText, """{"is":"refused"}""")]
    [InlineData(ExpireSnapshots.KindText, """{"is":"held"}""")]
    [InlineData(ExpireSnapshots.KindText, """{"is":"not-verified"}""")]
    [InlineData(PruneRepository.KindText, """{"is":"damaged"}""")]
    [InlineData(CheckRepository.KindText, """{"snapshots":3,"errors":["Pack 0a0a is missing."],"notes":[]}""")]
    public async Task Take_NotFine_IsNoLineAmongWhatIs(string kind, string outcome)
    {
        await using var bench = await BoardBench.OpenAsync();

        await TakeAsync(bench, kind, outcome);

        bench.Chat.Posts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CopyRepository.KindText, """{"is":"copied","snapshots":1}""", "🟩 second copy brought up to date")]
    [InlineData(CheckRepository.KindText, """{"snapshots":3,"errors":[],"notes":["An old lock."]}""", "🟩 a part of the storage read back")]
    [InlineData(ProveBoot.KindText, """{"is":"no-check","profile":"plain"}""", "⬜ newest snapshot started once, to see that it does · this game can't be asked")]
    [InlineData(PruneRepository.KindText, """{"is":"not-worth-it"}""", "⬜ room of expired snapshots freed · hardly anything to free")]
    public async Task Take_FineOrNothingToDo_IsALineThatSaysWhich(string kind, string outcome, string line)
    {
        await using var bench = await BoardBench.OpenAsync();

        await TakeAsync(bench, kind, outcome);

        bench.Chat.Posts.ShouldHaveSingleItem().Text.ShouldContain(line);
    }

    private static async Task TakeAsync(BoardBench bench, string kind, string outcome)
    {
        var info = new OperationInfo
        {
            Id = Samples.Operation,
            Kind = kind,
            Scope = OperationScope.Repository,
            RequestedBy = "upkeep",
            State = OperationState.Ended,
            CancelRequested = false,
            Outcome = JsonDocument.Parse(outcome).RootElement,
            QueuedAt = Samples.Time,
        };

        // What is no failure is told without the board.
        await (await bench.UnaskedAsync()).TakeAsync(info, null!, BoardBench.Cancel);
    }
}
