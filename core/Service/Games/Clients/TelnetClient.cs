using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>
/// The console that 7 Days to Die calls telnet: lines of plain text, the log of the server among the answers, and first of all a password
/// where one is set.
/// </summary>
internal sealed class TelnetClient : IDisposable
{
    private const string WantsPassword = "enter password:";
    private const string Welcome = "Press 'help'";
    private const int LargestAnswer = 256 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];

    private TelnetClient(Socket socket) => _socket = socket;

    /// <summary>Connects and logs in.</summary>
    /// <param name="address">Where.</param>
    /// <param name="password">The password; null when none is known.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PasswordRefusedException">The password is wrong, or none is known and one is wanted.</exception>
    public static async Task<TelnetClient> LogInAsync(GameAddress address, string? password, CancellationToken cancellationToken)
    {
        var client = new TelnetClient(await address.ConnectAsync(SocketType.Stream, cancellationToken));
        try
        {
            await client.LogInAsync(password, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command; all that came from then on until something fits what is expected, or until anything came when nothing is.</summary>
    public async Task<string> RunAsync(string command, Regex? expected, CancellationToken cancellationToken)
    {
        await SendAsync(command, cancellationToken);
        return await ReadUntilAsync(heard => expected?.IsMatch(heard) ?? heard.Trim().Length > 0, cancellationToken);
    }

    public void Dispose() => _socket.Dispose();

    private async Task LogInAsync(string? password, CancellationToken cancellationToken)
    {
        var heard = await ReadUntilAsync(text => Contains(text, WantsPassword) || Contains(text, Welcome), cancellationToken);
        if (Contains(heard, Welcome))
            return;

        // A wrong one is counted, and some wrong ones shut everybody out for a while: none is guessed.
        await SendAsync(password ?? throw new PasswordRefusedException("telnet"), cancellationToken);
        heard = await ReadUntilAsync(text => Contains(text, WantsPassword) || Contains(text, Welcome), cancellationToken);
        if (!Contains(heard, Welcome))
            throw new PasswordRefusedException("telnet");
    }

    private async Task SendAsync(string line, CancellationToken cancellationToken)
    {
        var left = (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line + "\r\n");
        while (left.Length > 0)
            left = left[await _socket.SendAsync(left, SocketFlags.None, cancellationToken)..];
    }

    private async Task<string> ReadUntilAsync(Func<string, bool> isAll, CancellationToken cancellationToken)
    {
        var heard = new StringBuilder();
        var decoder = Encoding.UTF8.GetDecoder();
        var letters = new char[_buffer.Length];
        while (true)
        {
            var length = await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, cancellationToken);
            if (length == 0)
                throw new GameProtocolException("It closed the connection.");
            heard.Append(letters, 0, decoder.GetChars(_buffer.AsSpan(0, length), letters, flush: false));
            if (heard.Length > LargestAnswer)
                throw new GameProtocolException($"Its answer is longer than {LargestAnswer / 1024} KiB.");
            var text = heard.ToString();
            if (isAll(text))
                return text;
        }
    }

    private static bool Contains(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
}
