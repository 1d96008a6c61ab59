using System.Text;
using System.Text.Json;
using SnapshotBot.Bot.Terminal;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>Runs a command inside this process and keeps what it wrote.</summary>
internal static class TestTerminal
{
    public static Task<TerminalRun> RunAsync(params IReadOnlyList<string> arguments) => RunAsync(arguments, CancellationToken.None);

    public static async Task<TerminalRun> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        using var errors = new StringWriter();
        using var screen = new Screen(output, errors, new Surroundings(OutputIsTerminal: false, ErrorsAreTerminal: false, Width: 80));
        var exit = await new TerminalHost(screen, ProgramParts.Everything(), TimeProvider.System).RunAsync(arguments, cancellationToken);
        return new TerminalRun(exit, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}

internal sealed record TerminalRun(int Exit, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;
}
