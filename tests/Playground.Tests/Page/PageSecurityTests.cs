using System.Net;
using System.Net.WebSockets;
using Shouldly;
using SnapshotBot.Playground.Page;
using SnapshotBot.Playground.Tests.Support;
using Xunit;

namespace SnapshotBot.Playground.Tests.Page;

/// <summary>Who may open the page: this machine, with the key, from the page's own origin.</summary>
public sealed class PageSecurityTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_WithoutOrWithAnotherKey_IsNotThere()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var page = await PageServer.StartAsync(discord, new PageOptions(), Now);
        using var http = new HttpClient();

        (await http.GetAsync(new Uri(page.Url, "/"), Now)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetAsync(new Uri(page.Url, "/" + new string('0', 32) + "/app.js"), Now)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var good = await http.GetAsync(page.Url, Now);
        good.StatusCode.ShouldBe(HttpStatusCode.OK);
        good.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        good.Headers.GetValues("Referrer-Policy").Single().ShouldBe("no-referrer");
        page.Url.IsLoopback.ShouldBeTrue();
        page.Url.AbsolutePath.Length.ShouldBe(34);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "evil.example")]
    public async Task Page_FromAnotherSiteOrByAnotherName_IsRefused(string header, string value)
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var page = await PageServer.StartAsync(discord, new PageOptions(), Now);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, page.Url);
        request.Headers.TryAddWithoutValidation(header, value);

        (await http.SendAsync(request, Now)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    public async Task Socket_OfAnotherOrigin_IsRefused(string? origin)
    {
        await using var discord = await StandIn.StartWithGuildAsync(Found.Options, Now);
        await using var page = await PageServer.StartAsync(discord, new PageOptions(), Now);
        using var socket = new ClientWebSocket();
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(new Uri(page.Url, "socket")) { Scheme = "ws" }.Uri, Now));
    }
}
