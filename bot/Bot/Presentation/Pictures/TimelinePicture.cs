using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace SnapshotBot.Bot.Presentation.Pictures;

/// <summary>How one run of a schedule ended.</summary>
internal enum RunMark
{
    Ran,
    Skipped,
    Failed,
    Missed,
}

/// <summary>One run at the time it was due.</summary>
internal readonly record struct RunPoint(DateTimeOffset Slot, RunMark Mark);

/// <summary>
/// A schedule's runs: a line a day, the newest on top, each run at its hour. Shapes differ as well as colours, so that nobody needs to see
/// red. A pure function from figures to a PNG.
/// </summary>
internal static class TimelinePicture
{
    private const int MostDays = 31;
    private const int FewestDays = 7;
    private const int RowHeight = 34;
    private const int Around = 260;

    public static byte[] Draw(string title, IReadOnlyList<RunPoint> runs, DateTimeOffset now, TimeZoneInfo zone)
    {
        var plot = PictureStyle.Plot(title);
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        var placed = runs.Select(run => (Local: TimeZoneInfo.ConvertTime(run.Slot, zone), run.Mark))
            .Select(run => (Row: (today - run.Local.Date).Days, run.Local.TimeOfDay.TotalHours, run.Mark))
            .Where(run => run.Row is >= 0 and < MostDays).ToList();
        var days = Math.Clamp(placed.Count == 0 ? FewestDays : placed.Max(run => run.Row) + 1, FewestDays, MostDays);
        foreach (var group in placed.GroupBy(run => run.Mark).OrderBy(group => group.Key))
        {
            var (color, shape, size) = LookOf(group.Key);
            var points = plot.Add.ScatterPoints(group.Select(run => run.TotalHours).ToArray(), group.Select(run => (double)-run.Row).ToArray());
            points.Color = color;
            points.MarkerShape = shape;
            points.MarkerSize = size;
            points.MarkerLineWidth = 4;
            points.LegendText = $"{NameOf(group.Key)} {Words.Count(group.Count())}";
        }

        plot.Axes.SetLimits(-0.6, 25.2, -days + 0.4, 0.6);
        plot.Axes.Bottom.TickGenerator = Hours();
        plot.Axes.Left.TickGenerator = Days(today, days);
        var legend = plot.ShowLegend(Edge.Bottom);
        legend.Legend.FontName = PictureFont.Name;
        legend.Legend.FontSize = PictureStyle.TextSize;
        legend.Legend.FontColor = PictureStyle.Text;
        legend.Legend.BackgroundColor = PictureStyle.Background;
        legend.Legend.OutlineColor = PictureStyle.Background;
        legend.Legend.ShadowColor = PictureStyle.Background;
        legend.Legend.Orientation = Orientation.Horizontal;
        legend.Legend.SymbolPadding = 14;
        legend.Legend.TightHorizontalWrapping = true;
        legend.Legend.InterItemPadding = new PixelPadding(20, 20, 6, 6);
        return PictureStyle.Png(plot, Math.Max(PictureStyle.Height * 3 / 4, Around + (days * RowHeight)));
    }

    private static (Color Color, MarkerShape Shape, float Size) LookOf(RunMark mark) => mark switch
    {
        RunMark.Ran => (PictureStyle.Green, MarkerShape.FilledSquare, 20),
        RunMark.Skipped => (PictureStyle.Quiet, MarkerShape.FilledCircle, 10),
        RunMark.Failed => (PictureStyle.Red, MarkerShape.Eks, 22),
        _ => (PictureStyle.Amber, MarkerShape.OpenSquare, 20),
    };

    private static string NameOf(RunMark mark) => mark switch
    {
        RunMark.Ran => "ran",
        RunMark.Skipped => "skipped",
        RunMark.Failed => "failed",
        _ => "missed",
    };

    private static NumericManual Hours()
    {
        var ticks = new NumericManual();
        for (var hour = 0; hour <= 24; hour += 6)
        {
            ticks.AddMajor(hour, string.Create(CultureInfo.InvariantCulture, $"{hour:00}:00"));
        }

        return ticks;
    }

    private static NumericManual Days(DateTime today, int days)
    {
        var ticks = new NumericManual();
        for (var row = 0; row < days; row += days > 14 ? 3 : 1)
        {
            ticks.AddMajor(-row, row == 0 ? "today" : today.AddDays(-row).ToString("ddd d MMM", CultureInfo.InvariantCulture));
        }

        return ticks;
    }
}
