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
    [Fact]
    public async Task Take_NotFine_IsNoLineAmongWhatIs()
    {
        (string Kind, string Outcome)[] bad =
        [
            (CopyRepository.KindText, """{"is":"stopped","code":"no-space"}"""),
            (ProveBoot.KindText, """{"is":"not-proven","reason":"It did not answer."}"""),
            (ProveBoot.KindText, """{"is":"refused"}"""),
            (ExpireSnapshots.KindText, """{"is":"held"}"""),
            (ExpireSnapshots.KindText, """{"is":"not-verified"}"""),
            (PruneRepository.KindText, """{"is":"damaged"}"""),
            (CheckRepository.KindText, """{"snapshots":3,"errors":["Pack 0a0a is missing."],"notes":[]}"""),
        ];
        await using var bench = await BoardBench.OpenAsync();

        foreach (var (kind, outcome) in bad)
        {
            await TakeAsync(bench, kind, outcome);
            bench.Chat.Posts.ShouldBeEmpty(kind + outcome);
        }
    }

    [Fact]
    public async Task Take_FineOrNothingToDo_IsALineThatSaysWhich()
    {
        (string Kind, string Outcome, string Line)[] fine =
        [
            (CopyRepository.KindText, """{"is":"copied","snapshots":1}""", "🟩 second copy brought up to date"),
            (CheckRepository.KindText, """{"snapshots":3,"errors":[],"notes":["An old lock."]}""", "🟩 a part of the storage read back"),
            (ProveBoot.KindText, """{"is":"no-check"}""", "⬜ newest snapshot started once, to see that it does · this game can't be asked"),
            (PruneRepository.KindText, """{"is":"not-worth-it"}""", "⬜ room of expired snapshots freed · hardly anything to free"),
        ];
        await using var bench = await BoardBench.OpenAsync();

        foreach (var (kind, outcome, line) in fine)
        {
            await TakeAsync(bench, kind, outcome);
            bench.Chat.Posts.ShouldHaveSingleItem().Text.ShouldContain(line);
        }

        bench.Chat.Posts[0].Text.ShouldContain("2 done, 2 skipped");
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

        await bench.TakeUnaskedAsync(info);
    }
}
