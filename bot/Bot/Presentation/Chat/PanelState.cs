using System.Globalization;

namespace SnapshotBot.Bot.Presentation.Chat;

internal enum PanelTab
{
    Snapshots,
    Schedules,
    Storage,
}

internal enum PanelFilter
{
    /// <summary>All but the safety copies restores make.</summary>
    Usual,
    Locked,
    Manual,
    Everything,
}

/// <summary>Where somebody is on a panel; all of it stands in the buttons' ids.</summary>
/// <param name="Server">The server's id, or null for the overview of several.</param>
internal sealed record PanelState(PanelTab Tab, string? Server, int Page, PanelFilter Filter)
{
    private const int MostPages = 10_000;

    public static PanelState First { get; } = new(PanelTab.Snapshots, null, 0, PanelFilter.Usual);

    public string ToId() => CustomId.Of(
        Verb.Panel, Word(Tab), Server ?? "", Page.ToString(CultureInfo.InvariantCulture), Word(Filter));

    /// <summary>Reads what a panel's button carries; null for what no panel says.</summary>
    public static PanelState? Parse(CustomId id) =>
        TabOf(id[0]) is { } tab && FilterOf(id[3]) is { } filter && int.TryParse(id[2], NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            ? new PanelState(tab, id[1] is { Length: > 0 } server ? server : null, Math.Min(page, MostPages), filter)
            : null;

    public static string Word(PanelTab tab) => tab switch
    {
        PanelTab.Schedules => "sch",
        PanelTab.Storage => "sto",
        _ => "sna",
    };

    public static PanelTab? TabOf(string word) => word switch
    {
        "sna" => PanelTab.Snapshots,
        "sch" => PanelTab.Schedules,
        "sto" => PanelTab.Storage,
        _ => null,
    };

    public static string Word(PanelFilter filter) => filter switch
    {
        PanelFilter.Locked => "l",
        PanelFilter.Manual => "m",
        PanelFilter.Everything => "e",
        _ => "u",
    };

    public static PanelFilter? FilterOf(string word) => word switch
    {
        "u" => PanelFilter.Usual,
        "l" => PanelFilter.Locked,
        "m" => PanelFilter.Manual,
        "e" => PanelFilter.Everything,
        _ => null,
    };
}
