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

    public static PanelState Parse(CustomId id) => new(
        TabOf(id[0]), id[1] is { Length: > 0 } server ? server : null,
        int.TryParse(id[2], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Min(page, MostPages) : 0, FilterOf(id[3]));

    public static string Word(PanelTab tab) => tab switch
    {
        PanelTab.Schedules => "sch",
        PanelTab.Storage => "sto",
        _ => "sna",
    };

    public static PanelTab TabOf(string word) => word switch
    {
        "sch" => PanelTab.Schedules,
        "sto" => PanelTab.Storage,
        _ => PanelTab.Snapshots,
    };

    public static string Word(PanelFilter filter) => filter switch
    {
        PanelFilter.Locked => "l",
        PanelFilter.Manual => "m",
        PanelFilter.Everything => "e",
        _ => "u",
    };

    public static PanelFilter FilterOf(string word) => word switch
    {
        "l" => PanelFilter.Locked,
        "m" => PanelFilter.Manual,
        "e" => PanelFilter.Everything,
        _ => PanelFilter.Usual,
    };
}
