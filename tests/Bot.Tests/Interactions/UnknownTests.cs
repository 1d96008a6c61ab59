using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Tests.Notifications;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Service.Guilds;
using Xunit;

namespace SnapshotBot.Bot.Tests.Interactions;

/// <summary>What this program can't have made, sent by somebody who may everything: refused, written down, and nothing is changed.</summary>
public sealed class UnknownTests
{
    private static readonly (string Id, string[] Values)[] Presses =
    [
        ("set:guilds", ["1,2"]), ("set:password-kept", ["yes"]), ("set:retention", ["last=1"]), ("set:nonsense", ["x"]), ("set", ["x"]), ("set:roles.admin", []),
        ("setup:1", []), ("addsrv", []), ("addsrv:x", ["x"]),
        ("pan", []), ("pan:sna:s-111111111111:x:u", []), ("pan:all:s-111111111111:0:u", []), ("pan:sna:s-111111111111:0:x", []), ("pan::::", []),
        ("pansrv:sna:u", []), ("pansrv:all:u", ["s-111111111111"]), ("panfil:s-111111111111", ["ffff"]), ("panfil:", ["l"]), ("postpanel:", []),
        ("audit:ffff:", []), ("audit:100:anna", []), ("new", []), ("newsch:", []), ("open:", []), ("open:a:b", []),
        ("run:restore:0123456789abcdef:0", []), ("run:restore:0123456789abcdef:anna", []), ("run:explode:0123456789abcdef", []),
        ("more:0123456789abcdef", ["nonsense"]), ("more:0123456789abcdef", []), ("form:explode:0123456789abcdef", []),
        ("srv:explode:s-111111111111", []), ("sched:explode:c-111111111111", []), ("nonsense:s-111111111111", []), ("x'; drop table", []),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sent_WhatThisProgramNeverMakes_IsRefusedAndWrittenDown()
    {
        await using var bench = await HostBench.OpenAsync();
        await bench.AddServerAsync();
        var settings = await bench.ServiceAsync<SettingReads>();
        var before = settings.List();

        foreach (var (id, values) in Presses)
        {
            await RefusedAsync(bench, bench.Press(id, values), "button", $"{id} {string.Join(' ', values)}");
        }

        await RefusedAsync(bench, bench.Command("snapshot", "explode"), "command", "an unknown command");
        await RefusedAsync(bench, bench.Command("settings", "explode"), "command", "an unknown setting");
        settings.List().ShouldBe(before);
    }

    private static async Task RefusedAsync(HostBench bench, Interaction sent, string act, string what)
    {
        var (answers, audit) = (bench.Chat.Answers.Count, bench.Host.Desk.Audit.List(new AuditFilter(HostBench.Guild), 1000).Count);

        await new Dispatcher(bench.Host.Desk, NullLogger.Instance).InteractAsync(sent, Cancel);

        bench.Chat.Answers.Skip(answers).ShouldHaveSingleItem(what).ShouldContain("means nothing any more. Nothing was changed.", Case.Sensitive, what);
        bench.Host.Desk.Audit.List(new AuditFilter(HostBench.Guild), 1000).SkipLast(audit).ShouldHaveSingleItem(what).Entry
            .ShouldBe(new AuditEntry(HostBench.Guild, HostBench.Admin, act, null, AuditVerdict.Refused, "unknown-" + act), what);
    }
}
