using Docker.DotNet;

namespace SnapshotBot.Engine;

/// <summary>Where the engine listens and how it is reached.</summary>
public sealed record EngineEndpoint
{
    /// <summary>Where an engine of the system listens.</summary>
    public const string DefaultSocket = "/var/run/docker.sock";

    private EngineEndpoint(string text, string? socketPath, Uri address, string? certificates)
    {
        Text = text;
        SocketPath = socketPath;
        Address = address;
        CertificateFolder = certificates;
    }

    /// <summary>As people write it: <c>unix:///var/run/docker.sock</c>.</summary>
    public string Text { get; }

    /// <summary>The socket's path; null for an engine on the network.</summary>
    public string? SocketPath { get; }

    internal Uri Address { get; }

    internal string? CertificateFolder { get; }

    /// <summary>
    /// The engine that the <c>docker</c> command would use: <c>DOCKER_HOST</c>, else the docker context chosen in the user's configuration,
    /// else the system's socket.
    /// </summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <exception cref="EngineUnavailableException">The address can't be used.</exception>
    public static EngineEndpoint FromEnvironment(Func<string, string?> environment)
    {
        var verify = environment("DOCKER_TLS_VERIFY") is { Length: > 0 };
        var certificates = verify ? CertificatesFrom(environment) : null;
        if (environment("DOCKER_HOST") is { Length: > 0 } host)
        {
            return Parse(host, certificates);
        }

        return FromContext(environment) is { } context ? Parse(context, certificates) : Parse("unix://" + DefaultSocket, null);
    }

    /// <summary>Reads <c>unix:///path</c>, <c>tcp://host:port</c> or <c>http(s)://host:port</c>.</summary>
    /// <exception cref="EngineUnavailableException">The address can't be used.</exception>
    public static EngineEndpoint Parse(string text) => Parse(text, null);

    private static EngineEndpoint Parse(string text, string? certificates)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal))
        {
            var path = text["unix://".Length..];
            return path.StartsWith('/')
                ? new EngineEndpoint(text, path, new Uri("http://localhost"), null)
                : throw Bad(text, "a socket's path begins with a slash, as in unix:///var/run/docker.sock");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw Bad(text, "use unix:///path/to/docker.sock or tcp://host:port");
        }

        var secure = certificates is not null || uri.Scheme == "https";
        return uri.Scheme switch
        {
            "tcp" or "http" or "https" => new EngineEndpoint(
                text, null, new UriBuilder(secure ? "https" : "http", uri.Host, PortOf(uri, secure)).Uri, certificates),
            "ssh" => throw Bad(text, "engines over ssh are not supported; forward the socket (ssh -L) and name it with unix://"),
            _ => throw Bad(text, "use unix:///path/to/docker.sock or tcp://host:port"),
        };
    }

    private static int PortOf(Uri uri, bool secure)
    {
        const int plainPort = 2375;
        const int securePort = 2376;
        return uri.Scheme == "tcp" && uri.Port <= 0 ? (secure ? securePort : plainPort) : uri.Port;
    }

    private static string? CertificatesFrom(Func<string, string?> environment) =>
        environment("DOCKER_CERT_PATH") is { Length: > 0 } folder
            ? folder
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".docker") : null;

    private static string? FromContext(Func<string, string?> environment)
    {
        try
        {
            var config = new DockerConfig(new CliSettings(environment));
            return config.Exists || environment("DOCKER_CONTEXT") is { Length: > 0 } ? config.GetEndpoint()?.OriginalString : null;
        }
        catch (Exception error) when (error is DockerConfigurationException or IOException or UnauthorizedAccessException
            or System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new EngineUnavailableException(
                EngineUnavailableReason.BadAddress,
                "docker context",
                $"The docker context of this user can't be read: {PrintableText.Of(error.Message)} Nothing was changed. Name the engine with DOCKER_HOST, or choose another context (docker context use default).",
                error);
        }
    }

    private static EngineUnavailableException Bad(string text, string advice) => new(
        EngineUnavailableReason.BadAddress,
        PrintableText.Of(text),
        $"'{PrintableText.Of(text)}' is no address of a Docker engine: {advice}. Nothing was changed. Correct DOCKER_HOST.");

    private sealed class CliSettings(Func<string, string?> environment) : IDockerCliSettings
    {
        public string? DockerConfig => environment("DOCKER_CONFIG");

        public string? DockerHost => environment("DOCKER_HOST");

        public string? DockerTlsVerify => environment("DOCKER_TLS_VERIFY");

        public string? DockerContext => environment("DOCKER_CONTEXT");
    }
}
