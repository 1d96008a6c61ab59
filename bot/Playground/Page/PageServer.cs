using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Page;

/// <summary>
/// The channel in a browser. On loopback, below a random key, for pages of its own origin: another site open in the same browser can
/// neither read it nor press anything in it.
/// </summary>
public sealed class PageServer : IAsyncDisposable
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly StandIn _discord;
    private readonly PageOptions _options;
    private readonly byte[] _key;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _over = new();

    private PageServer(StandIn discord, PageOptions options)
    {
        _discord = discord;
        _options = options;
        _key = Encoding.ASCII.GetBytes(options.Key ?? RandomNumberGenerator.GetHexString(32, lowercase: true));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(ServeAsync);
    }

    /// <summary>The address to open, with the key in it.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<PageServer> StartAsync(StandIn discord, PageOptions options, CancellationToken cancellationToken)
    {
        var page = new PageServer(discord, options);
        try
        {
            await page._app.StartAsync(cancellationToken);
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }

        var address = page._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        page.Url = new Uri(new Uri(address), "/" + Encoding.ASCII.GetString(page._key) + "/");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _over.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!IsOurs(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync("Not from here.", http.RequestAborted);
            return;
        }

        var parts = (http.Request.Path.Value ?? "/").Split('/', 3);
        if (parts.Length < 3 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(parts[1]), _key))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync("The address has a key in it: open the one that was printed at the terminal.", http.RequestAborted);
            return;
        }

        await ServeAsync(http, parts[2]);
    }

    private async Task ServeAsync(HttpContext http, string path)
    {
        if (path == "socket" && http.WebSockets.IsWebSocketRequest)
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await new PageSession(_discord, _options, socket).RunAsync(_over.Token);
        }
        else if (path.StartsWith("attachments/", StringComparison.Ordinal) && Attachment("/" + path) is { } file)
        {
            // Only pictures are shown; whatever else somebody uploaded is for saving, never for running here.
            var isPicture = file.ContentType is "image/png" or "image/jpeg" or "image/gif" or "image/webp";
            http.Response.ContentType = isPicture ? file.ContentType : "application/octet-stream";
            if (!isPicture)
            {
                http.Response.Headers.ContentDisposition = "attachment";
            }

            await http.Response.Body.WriteAsync(file.Content, http.RequestAborted);
        }
        else if (PageAssets.Find(path) is { } asset)
        {
            http.Response.ContentType = asset.Type;
            await http.Response.Body.WriteAsync(asset.Content, http.RequestAborted);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private StoredFile? Attachment(string path)
    {
        lock (_discord.World.Gate)
        {
            return _discord.World.Files.GetValueOrDefault(path);
        }
    }

    /// <summary>A name that only leads here by somebody's DNS, or another site's script, is turned away.</summary>
    private bool IsOurs(HttpRequest request)
    {
        // A browser leaves out the port that every site has.
        var port = Url.IsDefaultPort ? "" : $":{Url.Port}";
        var hosts = (string[])["127.0.0.1" + port, "localhost" + port];
        var origin = request.Headers.Origin.ToString();
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return hosts.Contains(request.Host.Value, StringComparer.Ordinal)
            && (origin.Length == 0 ? !request.HttpContext.WebSockets.IsWebSocketRequest : origin == "http://" + request.Host.Value)
            && site is ("" or "same-origin" or "none");
    }
}
