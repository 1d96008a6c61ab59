using System.Net.Sockets;
using System.Text;

namespace SnapshotBot.Thawer;

/// <summary>What the engine said, or that it said nothing.</summary>
internal enum EngineAnswer
{
    /// <summary>Nobody answered.</summary>
    Silence,

    /// <summary>It did what was asked.</summary>
    Done,

    /// <summary>There is no such container any more.</summary>
    Gone,

    /// <summary>It refused: the container is not paused, for instance.</summary>
    Refused,
}

/// <summary>Two requests to the engine, written by hand: this program has no packages to load while a game stands still.</summary>
internal sealed class EngineSocket(string path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public EngineAnswer Unpause(string id) => Ask($"POST /containers/{id}/unpause", out _);

    /// <summary>Whether the container is paused; null when the engine does not say.</summary>
    public bool? IsPaused(string id) => Ask($"GET /containers/{id}/json", out var body) switch
    {
        EngineAnswer.Done => body.Contains("\"Paused\":true", StringComparison.Ordinal),
        EngineAnswer.Gone => false,
        _ => null,
    };

    private EngineAnswer Ask(string request, out string answer)
    {
        answer = "";
        if (path.Length == 0)
            return EngineAnswer.Silence;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            {
                ReceiveTimeout = (int)Limit.TotalMilliseconds,
                SendTimeout = (int)Limit.TotalMilliseconds,
            };
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.ASCII.GetBytes($"{request} HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = socket.Receive(buffer)) > 0;)
                bytes.Write(buffer, 0, read);
            answer = Encoding.UTF8.GetString(bytes.ToArray());
            return Read(answer);
        }
        catch (SocketException)
        {
            return EngineAnswer.Silence;
        }
    }

    private static EngineAnswer Read(string answer)
    {
        // HTTP/1.0 204 No Content
        var words = answer.Split(' ', 3);
        return words.Length < 2 || !int.TryParse(words[1], System.Globalization.CultureInfo.InvariantCulture, out var status) ? EngineAnswer.Silence
            : status is >= 200 and < 300 or 304 ? EngineAnswer.Done
            : status == 404 ? EngineAnswer.Gone
            : EngineAnswer.Refused;
    }
}
