using System.Text;
using System.Text.RegularExpressions;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Blanks what looks like a secret: in variables, arguments and files of settings. Better one too many than one too few.</summary>
internal static partial class SecretText
{
    /// <summary>Variables with the values of secret ones empty, and the names of those.</summary>
    public static (IReadOnlyList<string> Variables, IReadOnlyList<string> Blanked) Variables(IReadOnlyList<string> variables)
    {
        var blanked = new List<string>();
        var result = variables.Select(variable =>
        {
            var at = variable.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || at + 1 == variable.Length || !DefinitionReader.HidesSecret(variable[..at], variable[(at + 1)..]))
                return variable;
            blanked.Add(variable[..at]);
            return variable[..(at + 1)];
        }).ToList();
        return (result, blanked);
    }

    /// <summary>Arguments with the values of secret options empty: <c>--password=x</c>, <c>+rcon.password x</c>.</summary>
    public static (IReadOnlyList<string> Arguments, IReadOnlyList<string> Blanked) Arguments(IReadOnlyList<string> arguments)
    {
        var blanked = new List<string>();
        var result = arguments.ToList();
        for (var i = 0; i < result.Count; i++)
        {
            if (Option().Match(result[i]) is not { Success: true } match || !DefinitionReader.LooksSecret(match.Groups["name"].Value))
                continue;
            if (match.Groups["value"].Success)
            {
                result[i] = result[i][..match.Groups["value"].Index];
                blanked.Add(match.Groups["name"].Value);
            }
            else if (i + 1 < result.Count && !Option().IsMatch(result[i + 1]))
            {
                result[++i] = "";
                blanked.Add(match.Groups["name"].Value);
            }
        }

        return (result, blanked);
    }

    /// <summary>A file's content with the values of secret settings empty. One that holds no settings at all, or is no text, is emptied.</summary>
    public static byte[] File(byte[] content)
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return [];
        }

        try
        {
            return Blank(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }
    }

    private static byte[] Blank(string text)
    {
        var found = false;
        var blanked = Setting().Replace(text, match =>
        {
            found = true;
            if (!DefinitionReader.LooksSecret(match.Groups["name"].Value))
                return match.Value;
            var value = match.Groups["value"];
            return match.Value[..(value.Index - match.Index)] + match.Value[(value.Index - match.Index + value.Length)..];
        });
        return found ? Encoding.UTF8.GetBytes(blanked) : [];
    }

    [GeneratedRegex(@"\A(?:--?|\+)(?<name>[A-Za-z][\w.-]*)(?:=(?<value>.*))?\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Option();

    // The whole rest of a line after name= or name:, unless a list or a quote begins there; "name": "value" of JSON; Name="value" of a list
    // (Palworld); name="..." value="..." of XML; name=value within a line.
    [GeneratedRegex(
        """
        ^[ \t]*(?<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?<value>[^\s"'(){}\[\]<>,][^\r\n]*)
        | name="(?<name>[\w.-]+)"\s+value="(?<value>[^"]*)"
        | ["']?(?<name>[A-Za-z_][\w.-]*)["']?[ \t]*[=:][ \t]*(?:"(?<value>(?:\\.|[^"\\\r\n])*)"|'(?<value>[^'\r\n]*)')
        | (?<name>[A-Za-z_][\w.-]*)=(?<value>[^\s"'(){}\[\]<>,]+)
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace,
        5000)]
    private static partial Regex Setting();
}
