using System.Text.RegularExpressions;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Hosting;

/// <summary>Cuts secrets from what is to be written: values known to be secret, and whatever looks like a token in an address.</summary>
internal sealed partial class Scrubber(IReadOnlyList<string> secrets)
{
    private const string Cut = "[secret]";

    // Shorter ones would cut ordinary words to pieces, and nobody guesses by a log what short words stand for.
    private const int ShortestSecret = 6;

    private readonly IReadOnlyList<string> _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length)];

    /// <summary>For what the settings hold. Settings that can't be read are no reason to write what is secret, nor to write nothing.</summary>
    public static Scrubber Of(Settings settings)
    {
        try
        {
            return new Scrubber(settings.Secrets());
        }
        catch (CommandFailedException)
        {
            return new Scrubber([.. settings.NamedSecrets()]);
        }
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

    [GeneratedRegex(@"(?<before>/(?:webhooks|interactions)/\d+/|(?:Bot|Bearer|Authorization:)\s+)[\w.\-]{20,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();
}
