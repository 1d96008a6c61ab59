using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.Rest;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground;

/// <summary>
/// A Discord of one's own on loopback: gateway and REST of version 10, people who press things, a clock and faults. It shares no type with
/// any client and refuses what Discord refuses, with Discord's codes.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    private const string Api = "/api";

    private readonly WebApplication _app;
    private readonly Pressing _pressing;
    private readonly GatewayHub _hub;
    private readonly RestServer _rest;

    private StandIn(StandInOptions options)
    {
        World = new World(options.Time, options.Token);
        _hub = new GatewayHub(World, options, () => GatewayUrl);
        Faults = new Faults(World, _hub);
        Ledger = new Ledger();
        _pressing = new Pressing(World, options);
        new GatewayFeed(World, _hub).Start();
        var posting = new Posting(World, options, () => Origin);
        Route[] routes =
        [
            .. new ReadRoutes(World, _hub, options, () => GatewayUrl).All(),
            .. new CommandRoutes(World).All(),
            .. new InteractionRoutes(World, options, posting).All(),
            .. new WebhookRoutes(World, options, posting).All(),
            .. new MessageRoutes(World, posting).All(),
        ];
        _rest = new RestServer(World, options, Ledger, Faults, Specification.Read(options.Specification), routes);
        _app = Build(options);
        _app.UseWebSockets();
        _app.Run(http => ServeAsync(http, _rest));
    }

    /// <summary>Everything there is: guilds, people, posts.</summary>
    public World World { get; }

    public Faults Faults { get; }

    public Ledger Ledger { get; }

    /// <summary>Where it listens.</summary>
    public Uri Origin { get; private set; } = new("http://127.0.0.1");

    /// <summary>The API's address, with its version: what a client has in place of <c>https://discord.com/api/v10/</c>.</summary>
    public Uri ApiUrl => new(Origin, Api + "/v10/");

    public Uri GatewayUrl => new UriBuilder(Origin) { Scheme = "ws", Path = "/gateway" }.Uri;

    public string Token => World.Application.Token;

    /// <summary>How often clients logged in, and how often they took a session up again.</summary>
    public (int Identifies, int Resumes) Logins => (_hub.Identifies, _hub.Resumes);

    /// <summary>Requests that came and are not answered yet: a clock of one's own is not to leap while there are some.</summary>
    public int OpenRequests => _rest.Open;

    /// <summary>Clients that are logged in and connected.</summary>
    public int Connected
    {
        get
        {
            lock (World.Gate)
            {
                return _hub.Connections.Count(connection => connection.Session is not null);
            }
        }
    }

    /// <summary>Starts it, without a guild.</summary>
    public static async Task<StandIn> StartAsync(StandInOptions options, CancellationToken cancellationToken)
    {
        var standIn = new StandIn(options);
        await standIn._app.StartAsync(cancellationToken);
        var address = standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        standIn.Origin = new Uri(address);
        return standIn;
    }

    /// <summary>
    /// Starts it with one guild as most are: an owner, and by role an admin, an operator, a viewer and a stranger; the channels general,
    /// snapshots and audit. The bot is in it.
    /// </summary>
    public static async Task<StandIn> StartWithGuildAsync(StandInOptions options, CancellationToken cancellationToken)
    {
        var standIn = await StartAsync(options, cancellationToken);
        standIn.AddUsualGuild("The Castle");
        return standIn;
    }

    /// <summary>One more guild like that, with the same people.</summary>
    public Guild AddUsualGuild(string name)
    {
        var guild = World.AddGuild(name, Somebody("owner"));
        guild.AddChannel("snapshots");
        guild.AddChannel("audit");
        guild.AddMember(Somebody("admin"), guild.AddRole("Snapshot admin", Permissions.None));
        guild.AddMember(Somebody("operator"), guild.AddRole("Snapshot operator", Permissions.None));
        guild.AddMember(Somebody("viewer"), guild.AddRole("Snapshot viewer", Permissions.None));
        guild.AddMember(Somebody("stranger"));
        World.Invite(guild);
        return guild;
    }

    /// <summary>Somebody in a channel.</summary>
    public Actor As(Person person, TextChannel channel) => new(World, _pressing, person, channel);

    /// <summary>Somebody of the first guild, in its first channel: <c>As("operator")</c>.</summary>
    public Actor As(string person) => As(World.Guilds[0].Person(person), World.Guilds[0].Channels[0]);

    /// <summary>Waits until something is so; looked at anew after every change.</summary>
    public Task<T> WaitAsync<T>(Func<T?> look, CancellationToken cancellationToken)
        where T : class => World.WaitAsync(look, cancellationToken);

    /// <summary>Waits until a client is connected and logged in.</summary>
    public Task WaitForClientAsync(CancellationToken cancellationToken) =>
        World.WaitAsync(() => _hub.Connections.Any(connection => connection.Session is not null) ? World : null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Faults.DropConnections();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private static WebApplication Build(StandInOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 25L << 20;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        return builder.Build();
    }

    private Person Somebody(string name) => World.People.FirstOrDefault(person => person.Name == name) ?? World.AddPerson(name);

    private async Task ServeAsync(HttpContext http, RestServer rest)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.TrimEnd('/') == "/gateway")
        {
            await _hub.ServeAsync(http);
        }
        else if (path.StartsWith(Api + "/", StringComparison.Ordinal))
        {
            var below = path[Api.Length..];
            await rest.ServeAsync(http, below.StartsWith("/v10/", StringComparison.Ordinal) ? below[4..] : below);
        }
        else if (path.StartsWith("/attachments/", StringComparison.Ordinal))
        {
            await ServeFileAsync(http, path);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task ServeFileAsync(HttpContext http, string path)
    {
        StoredFile? file;
        lock (World.Gate)
        {
            file = World.Files.GetValueOrDefault(path);
        }

        if (file is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = file.ContentType;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await http.Response.Body.WriteAsync(file.Content, http.RequestAborted);
    }
}
