using System.Collections.Frozen;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>
/// What a button carries: a verb and ids, so that it means the same after a restart. Nothing in it is believed: whoever presses is authorised
/// anew, and each id is looked up in the guild of the press.
/// </summary>
internal sealed record CustomId(string Verb, IReadOnlyList<string> Arguments)
{
    private const char Between = ':';

    private static readonly Shape Usual = new(1, 1);

    // Of the verbs that don't carry one id and nothing else.
    private static readonly FrozenDictionary<string, Shape> Shapes = new Dictionary<string, Shape>
    {
        [Chat.Verb.Panel] = new(4, 5, MayBeEmpty: 1),
        [Chat.Verb.PanelServer] = new(2, 2),
        [Chat.Verb.Find] = new(3, 3),
        [Chat.Verb.Audit] = new(2, 2, MayBeEmpty: 1),
        [Chat.Verb.New] = new(1, 1, MayBeEmpty: 0),
        [Chat.Verb.Run] = new(2, 3, MayBeEmpty: 2),
        [Chat.Verb.Form] = new(2, 2),
        [Chat.Verb.Schedule] = new(2, 2),
        [Chat.Verb.Server] = new(2, 2),
        [Chat.Verb.Browse] = new(2, 3),
        [Chat.Verb.Part] = new(2, 3),
        [Chat.Verb.PostPanel] = new(0, 0),
        [Chat.Verb.AddServer] = new(0, 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public string this[int index] => index < Arguments.Count ? Arguments[index] : "";

    public static string Of(string verb, params IReadOnlyList<string> arguments) => string.Join(Between, [verb, .. arguments]);

    /// <summary>Reads one that came back; null for what this program can't have made.</summary>
    public static CustomId? Parse(string text)
    {
        if (text.Length is 0 or > 100 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is Between or '-' or '_' or '.'))
        {
            return null;
        }

        var words = text.Split(Between);
        return words[0].Length > 0 && Shapes.GetValueOrDefault(words[0], Usual).Fits(words[1..]) ? new CustomId(words[0], words[1..]) : null;
    }

    /// <param name="Fewest">Arguments at least.</param>
    /// <param name="Most">Arguments at most.</param>
    /// <param name="MayBeEmpty">The one that may be left empty.</param>
    private sealed record Shape(int Fewest, int Most, int? MayBeEmpty = null)
    {
        public bool Fits(string[] arguments) => arguments.Length >= Fewest && arguments.Length <= Most
            && !arguments.Where((argument, index) => argument.Length == 0 && index != MayBeEmpty).Any();
    }
}

/// <summary>The verbs of buttons, selects and forms.</summary>
internal static class Verb
{
    /// <summary>Panel: tab, server, page, filter.</summary>
    public const string Panel = "pan";

    /// <summary>A server picked on a panel: tab, filter.</summary>
    public const string PanelServer = "pansrv";

    /// <summary>A filter picked on a panel: server.</summary>
    public const string PanelFilter = "panfil";

    /// <summary>Another page of the snapshots somebody asked for: a handle, page, which of the page's buttons it is.</summary>
    public const string Find = "find";

    /// <summary>Older lines of who did what: the line they come after, whose.</summary>
    public const string Audit = "audit";

    /// <summary>Opens the form for a new snapshot: server.</summary>
    public const string New = "new";

    /// <summary>Opens the form for a new schedule: server.</summary>
    public const string NewSchedule = "newsch";

    /// <summary>Opens a snapshot's card.</summary>
    public const string Open = "open";

    /// <summary>Runs a command on what it names: command's word, subject.</summary>
    public const string Run = "run";

    /// <summary>A command picked from a card's select: subject.</summary>
    public const string More = "more";

    /// <summary>Opens a form for a command that wants a word more: command's word, subject.</summary>
    public const string Form = "form";

    /// <summary>Answers a question with yes: its handle.</summary>
    public const string Yes = "yes";

    public const string No = "no";

    /// <summary>Asks an operation to stop.</summary>
    public const string Cancel = "cancel";

    public const string Details = "details";

    /// <summary>Asks for the same again: the operation.</summary>
    public const string Again = "again";

    /// <summary>Asks an admin to restore: snapshot.</summary>
    public const string Ask = "ask";

    /// <summary>Declines what somebody asked: snapshot.</summary>
    public const string Decline = "decline";

    /// <summary>A setting picked on the setup card: its key.</summary>
    public const string Set = "set";

    /// <summary>Puts back what was deleted: the operation that deleted it.</summary>
    public const string Undelete = "undel";

    /// <summary>Says that a server is fine: its id.</summary>
    public const string Fine = "fine";

    /// <summary>Posts the panel here.</summary>
    public const string PostPanel = "postpanel";

    /// <summary>A schedule: what to do, its id.</summary>
    public const string Schedule = "sched";

    /// <summary>Shows the preview of a schedule anew: a question's handle.</summary>
    public const string Preview = "pre";

    /// <summary>Opens the form of a schedule as it was filled in: a question's handle.</summary>
    public const string Change = "chg";

    /// <summary>Lets an incident be quiet for a while: its id.</summary>
    public const string Mute = "mute";

    /// <summary>Browsing a snapshot: where one is, what to do, with what.</summary>
    public const string Browse = "br";

    /// <summary>Which part of a snapshot: the snapshot, and which of its parts.</summary>
    public const string Part = "part";

    /// <summary>A game server: what to do, its id.</summary>
    public const string Server = "srv";

    /// <summary>Container picked on the setup card.</summary>
    public const string AddServer = "addsrv";
}
