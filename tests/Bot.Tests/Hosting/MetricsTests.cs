using System.Text;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Hosting;

public sealed class MetricsTests
{
    [Fact]
    public void Lights_WhateverServersAreCalled_AreOneGaugeEach()
    {
        var text = new StringBuilder();

        Metrics.Lights(text, [new(new ServerId("s-1"), "castle", Light.Green), new(new ServerId("s-2"), "a\"b\\c\nd{e}", Light.Red)]);

        text.ToString().ShouldBe(
            """
            # HELP snapshotbot_server_light How well a server is protected: 0 green, 1 amber, 2 red
            # TYPE snapshotbot_server_light gauge
            snapshotbot_server_light{id="s-1",server="castle"} 0
            snapshotbot_server_light{id="s-2",server="a\"b\\c\nd{e}"} 2

            """);
    }
}
