using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// Logs as one JSON object a line. Secrets never get out: values known to be secret are cut from every line, and so is whatever looks like a
/// token in an address.
/// </summary>
internal sealed partial class ScrubbedLog(TextWriter output, IReadOnlyList<string> secrets, TimeProvider time) : ILoggerProvider
{
    private const string Cut = "[secret]";

    // Shorter ones would cut ordinary words to pieces, and nobody guesses by a log what short words stand for.
    private const int ShortestSecret = 6;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<string> _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length)];
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    /// <summary>The text without secrets.</summary>
    public string Scrub(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Cut, StringComparison.Ordinal);
        }

        return Tokens().Replace(text, "${before}" + Cut);
    }

    private void Write(LogLevel level, string category, string message, Exception? error)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("at", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", level.ToString().ToLowerInvariant());
            json.WriteString("source", category[(category.LastIndexOf('.') + 1)..]);
            json.WriteString("message", Scrub(message));
            if (error is not null)
            {
                json.WriteString("error", Scrub(error.ToString()));
            }

            json.WriteEndObject();
        }

        lock (_lock)
        {
            output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
            output.Flush();
        }
    }

    [GeneratedRegex(@"(?<before>/(?:webhooks|interactions)/\d+/|(?:Bot|Bearer|Authorization:)\s+)[\w.\-]{20,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();

    private sealed class Logger(ScrubbedLog owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                owner.Write(logLevel, category, formatter(state, exception), exception);
            }
        }
    }
}
