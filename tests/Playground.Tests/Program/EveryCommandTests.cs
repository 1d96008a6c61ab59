using Shouldly;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Program;

/// <summary>
/// Every command the product has, sent from the page's message box with its suggestions and answered by the real bot: one after the other, as an
/// evening of somebody who tries everything. A command that is registered and has no line here fails the test.
/// </summary>
public sealed class EveryCommandTests(OpenPlayground playground) : IClassFixture<OpenPlayground>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(60);

    /// <summary>A command, what is given with it, what one then reads, and what is pressed there with what that says.</summary>
    private static readonly (string Command, (string Option, string Word)[] Given, string Says, string? Press, string? Then)[] Evening =
    [
        ("/settings show", [], "Zone: Etc/UTC", null, null),
        ("/settings claim", [("code", "ABCD-EFGH")], "already", null, null),
        ("/settings zone", [("zone", "Europe/Berlin")], "Europe/Berlin", null, null),
        ("/settings roles", [("viewer", "viewer")], "viewer", null, null),
        ("/settings restore", [("policy", "admins")], "admins", null, null),
        ("/settings channel", [("channel", "snapshots")], "snapshots", null, null),
        ("/settings audit", [("channel", "audit")], "audit", null, null),
        ("/settings alerts", [("role", "operator")], "operator", null, null),
        ("/settings notify", [("level", "all")], "all", null, null),
        ("/settings retention", [("keep", "last=20")], "last=20", null, null),
        ("/settings quota", [("size", "50GB")], "50", null, null),
        ("/settings undo-time", [("time", "36h")], "36 h", null, null),
        ("/settings countdown", [("time", "20s")], "20 s", null, null),
        ("/settings freeze-budget", [("time", "8s")], "8 s", null, null),
        ("/panel", [], "The panel is posted", null, null),
        ("/server list", [], "castle", null, null),
        ("/server info", [("server", "castle")], "castle", null, null),
        ("/server stop", [("server", "harbour")], "Stopped harbour", null, null),
        ("/server start", [("server", "harbour")], "Started harbour", null, null),
        ("/server restart", [("server", "harbour")], "Restarted harbour", null, null),
        ("/server resume", [("server", "harbour")], "harbour", null, null),
        ("/server retention", [("server", "castle"), ("keep", "last=15")], "castle keeps the last 15: its own rule", null, null),
        ("/server include", [("server", "castle"), ("paths", "/plugins")], "/plugins", null, null),
        ("/server ignore", [("server", "castle"), ("paths", "/data/logs")], "/data/logs", null, null),
        // Before anything is made: afterwards upkeep may be at work by itself.
        ("/operation list", [], "Nothing is running", null, null),
        ("/snapshot create", [("server", "castle"), ("name", "evening"), ("note", "as it was built")], "Saved evening", null, null),
        ("/snapshot list", [("server", "castle")], "evening", null, null),
        ("/snapshot info", [("snapshot", "evening")], "as it was built", null, null),
        ("/snapshot rename", [("snapshot", "evening"), ("name", "first evening")], "first evening", null, null),
        ("/snapshot note", [("snapshot", "first evening"), ("note", "three houses")], "Noted on first evening", null, null),
        ("/snapshot lock", [("snapshot", "first evening")], "Locked", null, null),
        ("/snapshot unlock", [("snapshot", "first evening")], "Unlocked", null, null),
        ("/snapshot browse", [("snapshot", "first evening"), ("path", "/data")], "2 entries", null, null),
        ("/snapshot get", [("snapshot", "first evening"), ("path", "/data/world/map")], "/data/world/map", null, null),
        ("/snapshot diff", [("snapshot", "first evening")], "first evening", null, null),
        ("/snapshot verify", [("snapshot", "first evening")], "Verified first evening", null, null),
        ("/snapshot image", [("snapshot", "first evening"), ("tag", "games/castle:evening")], "games/castle:evening", null, null),
        ("/snapshot export", [("snapshot", "first evening")], ".tar.zst", null, null),
        ("/snapshot restore", [("snapshot", "first evening")], "Put castle back to first evening?", "Restore", "Restored first evening"),
        ("/snapshot undo", [("server", "castle")], "Undo the last restore", "Undo", "Undone"),
        ("/snapshot duplicate", [("snapshot", "first evening"), ("name", "castle-two")], "Duplicated first evening", null, null),
        ("/server keep", [("server", "castle-two")], "castle-two", null, null),
        ("/server remove", [("server", "castle-two")], "Remove castle-two?", "Remove", "Removed server castle-two"),
        ("/server remove", [("server", "harbour")], "Remove harbour?", "Remove", "Removed server harbour"),
        ("/server add", [("name", "port"), ("container", "harbour")], "Added server port", null, null),
        ("/snapshot delete", [("snapshot", "first evening")], "Delete", "Delete", "Deleted"),
        ("/snapshot expire", [("server", "castle")], "castle", null, null),
        ("/schedule preview", [("every", "daily at 04:00"), ("server", "castle")], "04:00", null, null),
        ("/schedule set", [("name", "nightly"), ("every", "daily at 04:00"), ("server", "castle")], "Save \"nightly\" for castle?", "Save", "Saved nightly"),
        ("/schedule list", [("server", "castle")], "nightly · daily at 04:00", null, null),
        ("/schedule pause", [("name", "nightly")], "Paused nightly", null, null),
        ("/schedule resume", [("name", "nightly")], "nightly", null, null),
        ("/schedule run", [("name", "nightly")], "nightly", null, null),
        ("/schedule history", [("name", "nightly")], "nightly", null, null),
        ("/schedule remove", [("name", "nightly")], "Remove", "Remove", "Removed nightly"),
        ("/operation cancel", [("operation", "=o-000000000000")], "No such operation here", null, null),
        ("/incident list", [], "All is as it should be", null, null),
        ("/storage show", [], "storage", null, null),
        ("/storage check", [], "snapshots", null, null),
        ("/storage prune", [], "can be put back until", null, null),
    ];

    [Fact]
    public async Task Owner_SendsEveryCommand_EachIsAnswered()
    {
        Assert.SkipWhen(OpenPlayground.Missing is not null, OpenPlayground.Missing ?? "");
        using var deadline = new CancellationTokenSource(Patience);
        var now = deadline.Token;
        var (tab, page) = await playground.OpenAsync("owner", "snapshots", now);
        (await page.CommandsAsync()).ShouldBe(Evening.Select(one => one.Command).Distinct(), ignoreOrder: true);
        var wrong = new List<string>();
        foreach (var (command, given, says, press, then) in Evening)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(now);
                patience.CancelAfter(AnswerPatience);
                var hand = new PageHand(tab, patience.Token);
                if (command == "/snapshot restore")
                {
                    // Else there would be nothing to put back.
                    await tab.ClickAsync(".tool", "Dig", patience.Token);
                    await hand.DigAsync("house");
                }

                await tab.MarkMessagesAsync(patience.Token);
                await hand.CommandAsync(command, given);
                await tab.SeesAsync(".message:not([data-old])", says, patience.Token);
                if (press is not null)
                {
                    await hand.PressAsync(press, ".message:not([data-old])");
                    await tab.SeesAsync(".message:not([data-old])", then!, patience.Token);
                }
            }
            catch (TimeoutException) when (!now.IsCancellationRequested)
            {
                var seen = await tab.EvaluateAsync("[...document.querySelectorAll('.message:not([data-old]), .composer')].map(one => one.innerText).join(' | ')", now);
                wrong.Add($"{command} did not say \"{then ?? says}\" but: {seen}");
                await tab.KeysAsync(now, "Escape", "Escape");
            }
        }

        wrong.ShouldBeEmpty();
        tab.Console.ShouldBeEmpty();
    }
}
