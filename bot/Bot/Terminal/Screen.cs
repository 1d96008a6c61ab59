using System.Text;
using Spectre.Console;

namespace SnapshotBot.Bot.Terminal;

/// <summary>Where a run writes. On a terminal pages are drawn in colour; a drawing library is loaded only then.</summary>
internal sealed class Screen : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly StreamWriter _text;
    private IPageWriter? _pages;
    private IPageWriter? _errorPages;

    public Screen(Stream output, TextWriter errors, Surroundings surroundings)
    {
        Raw = output;
        _text = new StreamWriter(output, Utf8, 1 << 14);
        Errors = errors;
        Surroundings = surroundings;
    }

    /// <summary>What is known of the two ends.</summary>
    public Surroundings Surroundings { get; }

    /// <summary>Standard output for bytes: JSON, and files that are got.</summary>
    public Stream Raw { get; }

    public TextWriter Errors { get; }

    public bool ErrorsAreTerminal => Surroundings.ErrorsAreTerminal;

    public IPageWriter Pages => _pages ??= new FlushingPages(Surroundings.OutputIsTerminal ? Rich(_text) : new PlainPageWriter(_text), _text);

    public IPageWriter ErrorPages => _errorPages ??= Surroundings.ErrorsAreTerminal ? Rich(Errors) : new PlainPageWriter(Errors);

    public static Screen OfProcess() => new(Console.OpenStandardOutput(), ErrorsOfProcess(), Surroundings.OfProcess());

    public void Dispose() => _text.Dispose();

    /// <summary>UTF-8 like the output, whatever the locale is; Console.Error would load what looks for an encoding by its name.</summary>
    private static TextWriter ErrorsOfProcess() =>
        TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), Utf8, bufferSize: 256) { AutoFlush = true });

    private RichPageWriter Rich(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Surroundings.Width;
        return new RichPageWriter(console);
    }

    private sealed class FlushingPages(IPageWriter inner, StreamWriter text) : IPageWriter
    {
        public void Write(Presentation.Page page)
        {
            inner.Write(page);
            text.Flush();
        }
    }
}
