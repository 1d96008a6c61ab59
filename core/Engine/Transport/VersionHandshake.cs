using System.Globalization;
using System.Net;

namespace SnapshotBot.Engine.Transport;

/// <summary>Agrees with the engine on an API version.</summary>
internal static class VersionHandshake
{
    /// <summary>Docker 20.10: the oldest whose answers this program was tried on.</summary>
    internal static readonly Version Oldest = new(1, 41);

    /// <summary>Docker 26: the newest. A newer engine speaks it too.</summary>
    internal static readonly Version Newest = new(1, 45);

    private static readonly CallSubject Greeting = new("say which API version it speaks", EngineNoun.Container, string.Empty);

    public static async Task<Version> AgreeAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        using var http = EngineTransport.CreateRawClient(options);
        var errors = new EngineErrors(options.Endpoint);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.ConnectTimeout);
        try
        {
            using var response = await http.GetAsync(new Uri("/_ping", UriKind.Relative), limited.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var body = await response.Content.ReadAsStringAsync(limited.Token);
                throw errors.FromAnswer((int)response.StatusCode, body, Greeting, null);
            }

            return Choose(options.Endpoint, response.Headers.TryGetValues("Api-Version", out var values) ? values.FirstOrDefault() : null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw errors.NoAnswer(Greeting, options.ConnectTimeout);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw errors.FromTransport(error, Greeting);
        }
    }

    private static Version Choose(EngineEndpoint endpoint, string? offered)
    {
        if (!Version.TryParse(offered, out var version))
        {
            throw new EngineVersionException(
                offered,
                $"What listens at {endpoint.Text} says no API version: it does not look like a Docker engine. Nothing was changed. Check DOCKER_HOST.");
        }

        if (version < Oldest)
        {
            throw new EngineVersionException(
                offered,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The Docker engine at {endpoint.Text} is too old: it speaks API version {PrintableText.Of(offered)}, and {Oldest} (Docker 20.10) or newer is needed. Nothing was changed. Upgrade the engine."));
        }

        return version < Newest ? new Version(version.Major, version.Minor) : Newest;
    }
}
