using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.NativeHttp;
using Docker.DotNet.X509;

namespace SnapshotBot.Engine.Transport;

/// <summary>Connections to the engine: for the client package and for the calls whose answers must not lose anything.</summary>
internal static class EngineTransport
{
    public static HttpClient CreateRawClient(EngineOptions options)
    {
        var handler = new SocketsHttpHandler();
        Configure(handler, options);
        var authenticated = Credentials(options.Endpoint)?.ConfigureHandler(handler) ?? handler;
        return new HttpClient(authenticated) { BaseAddress = options.Endpoint.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public static DockerClient CreateClient(EngineOptions options, Version apiVersion)
    {
        var builder = new DockerClientBuilder()
            .WithEndpoint(options.Endpoint.Address)
            .WithApiVersion(apiVersion)
            .WithTimeout(Timeout.InfiniteTimeSpan);
        if (Credentials(options.Endpoint) is { } credentials)
        {
            builder = builder.WithAuthProvider(credentials);
        }

        return builder
            .WithTransportOptions(new NativeHttpTransportOptions { ConfigureHandler = handler => Configure(handler, options) })
            .Build();
    }

    private static void Configure(SocketsHttpHandler handler, EngineOptions options)
    {
        handler.UseProxy = false;
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.ConnectTimeout = options.ConnectTimeout;
        if (options.Endpoint.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IAuthProvider? Credentials(EngineEndpoint endpoint)
    {
        if (endpoint.CertificateFolder is not { } folder)
        {
            return null;
        }

        try
        {
            return DockerTlsCertificates.LoadFromDirectory(folder, true, "ca.pem", "cert.pem", "key.pem").CreateCredentials();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new EngineUnavailableException(
                EngineUnavailableReason.BadAddress,
                endpoint.Text,
                $"The certificates for the Docker engine at {endpoint.Text} can't be read in {PrintableText.Of(folder)}: {PrintableText.Of(error.Message)} Nothing was changed. DOCKER_CERT_PATH needs ca.pem, cert.pem and key.pem.",
                error);
        }
    }
}
