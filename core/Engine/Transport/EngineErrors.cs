using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace SnapshotBot.Engine.Transport;

/// <summary>What a call is about, for the sentences of its errors.</summary>
/// <param name="Doing">Completes "The engine refused to ...".</param>
/// <param name="Noun">What a "not found" would be about.</param>
/// <param name="Name">Name or short id of it.</param>
internal readonly record struct CallSubject(string Doing, EngineNoun Noun, string Name);

/// <summary>Turns what the client and the sockets throw into typed errors with sentences.</summary>
internal sealed class EngineErrors(EngineEndpoint endpoint)
{
    private const int ErrnoAccess = 13;

    public EngineException FromAnswer(int status, string body, CallSubject subject, Exception? inner)
    {
        // What is shown has a bounded length; what it means is found in all of it.
        var said = MessageOf(body);
        var words = PrintableText.Of(said);
        return (HttpStatusCode)status switch
        {
            HttpStatusCode.NotFound => NotFound(words, subject, inner),
            HttpStatusCode.Conflict => new EngineConflictException(
                words,
                $"The engine can't {subject.Doing} in its present state: {words}. Nothing was changed.",
                inner),
            HttpStatusCode.BadRequest when IsAboutVersion(said) => new EngineVersionException(
                null,
                $"The Docker engine at {endpoint.Text} no longer speaks this program's API version: {words}. Nothing was changed. Use a newer SnapshotBot."),
            _ when IsLeftBehind(said) => new EngineRefusedException(
                status,
                words,
                $"The engine can't {subject.Doing}: containerd, which it works with, kept a part of the container's last run and takes that for the running one "
                + $"({words}). Nothing else was changed. Restart both, which restarts all containers of this machine: systemctl restart containerd docker",
                inner),
            _ => new EngineRefusedException(
                status,
                words,
                $"The engine refused to {subject.Doing}: {words} (status {status}). What it says names the cause; nothing else was changed.",
                inner),
        };
    }

    public EngineException FromClient(DockerApiException error, CallSubject subject) =>
        FromAnswer((int)error.StatusCode, error.ResponseBody ?? string.Empty, subject, error);

    public EngineUnavailableException FromTransport(Exception error, CallSubject subject)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is UnauthorizedAccessException || cause is SocketException { SocketErrorCode: SocketError.AccessDenied }
                || cause is SocketException { NativeErrorCode: ErrnoAccess })
            {
                return PermissionDenied(error);
            }

            if (cause is SocketException socket && IsNobody(socket.SocketErrorCode))
            {
                return Nobody(error);
            }
        }

        return new EngineUnavailableException(
            EngineUnavailableReason.ConnectionLost,
            endpoint.Text,
            $"The connection to the Docker engine at {endpoint.Text} broke while it was asked to {subject.Doing}. Whether that was done is not known; nothing else was touched. See whether the engine runs, then look at the container and try again.",
            error);
    }

    public EngineUnavailableException NoAnswer(CallSubject subject, TimeSpan waited) => new(
        EngineUnavailableReason.NoAnswer,
        endpoint.Text,
        $"The Docker engine at {endpoint.Text} did not answer within {waited.TotalSeconds:0} s when asked to {subject.Doing}. Whether that was done is not known; nothing else was touched. The engine may be overloaded or stuck: see its log, then try again.");

    public static EngineAnswerException Unreadable(CallSubject subject, Exception inner) => new(
        $"The engine's answer, when asked to {subject.Doing}, can't be understood. Nothing else was changed. This engine may be newer than this program knows, or something else listens at its address.",
        inner);

    private EngineUnavailableException PermissionDenied(Exception inner) => new(
        EngineUnavailableReason.PermissionDenied,
        endpoint.Text,
        $"A Docker engine is at {endpoint.Text}, but this user may not use it. Nothing was changed. Run as root, or have an administrator add this user to the group that owns the socket (usually 'docker', which is as good as root) and log in again.",
        inner);

    private EngineUnavailableException Nobody(Exception inner) => new(
        EngineUnavailableReason.NobodyListening,
        endpoint.Text,
        $"No Docker engine answers at {endpoint.Text}. Nothing was changed. Start it (systemctl start docker), or say where it listens with DOCKER_HOST.",
        inner);

    private static bool IsNobody(SocketError error) => error is SocketError.ConnectionRefused or SocketError.AddressNotAvailable
        or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TryAgain
        or SocketError.NoData or SocketError.HostDown or SocketError.NetworkDown or SocketError.NotSocket;

    private static EngineNotFoundException NotFound(string words, CallSubject subject, Exception? inner)
    {
        // Making a container names the image or network that is missing only in the engine's words.
        var noun = words switch
        {
            _ when words.StartsWith("No such image", StringComparison.OrdinalIgnoreCase) => EngineNoun.Image,
            _ when words.StartsWith("No such container", StringComparison.OrdinalIgnoreCase) => EngineNoun.Container,
            _ when words.StartsWith("network ", StringComparison.OrdinalIgnoreCase) => EngineNoun.Network,
            _ => subject.Noun,
        };
        return new EngineNotFoundException(
            noun,
            subject.Name,
            $"The engine can't {subject.Doing}: {words}. It was removed or made anew under another id. Nothing was changed; look at what is there and try again.",
            inner);
    }

    /// <summary>An engine that was killed while it started a container; see https://github.com/moby/moby/issues/50040. No start succeeds any more.</summary>
    private static bool IsLeftBehind(string words) =>
        words.Contains("failed to start shim: mkdir", StringComparison.Ordinal) && words.Contains("file exists", StringComparison.Ordinal);

    private static bool IsAboutVersion(string words) =>
        words.Contains("client version", StringComparison.OrdinalIgnoreCase) && words.Contains("API version", StringComparison.OrdinalIgnoreCase);

    private static string MessageOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
            {
                return message.GetString()!.Trim().TrimEnd('.');
            }
        }
        catch (JsonException)
        {
            // An answer that is not JSON is shown as it is.
        }

        return body.Trim().TrimEnd('.');
    }
}
