using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace SnapshotBot.Bot.Presentation.Pictures;

/// <summary>The repository at one moment.</summary>
internal readonly record struct GrowthPoint(DateTimeOffset At, long Bytes);

/// <summary>How the repository grew: an area over time, with the quota as a line when it is near. A pure function from figures to a PNG.</summary>
internal static class GrowthPicture
{
    private const int DateTicks = 5;

    public static byte[] Draw(string title, IReadOnlyList<GrowthPoint> points, long? quota, TimeZoneInfo zone)
    {
        var plot = PictureStyle.Plot(title);
        var seen = points.Count > 1 ? points : [.. points.Select(point => point with { At = point.At.AddHours(-1) }), .. points];
        if (seen.Count == 0)
        {
            return Empty(plot);
        }

        var start = seen[0].At;
        var xs = seen.Select(point => (point.At - start).TotalHours).ToArray();
        var ys = seen.Select(point => (double)point.Bytes).ToArray();
        var area = plot.Add.FillY(xs, new double[ys.Length], ys);
        area.FillColor = PictureStyle.Blue.WithAlpha(0.35);
        area.LineColor = PictureStyle.Blue.WithAlpha(0);
        var line = plot.Add.ScatterLine(xs, ys);
        line.Color = PictureStyle.Blue;
        line.LineWidth = 5;
        var last = plot.Add.Marker(xs[^1], ys[^1]);
        last.Color = PictureStyle.Text;
        last.Size = 16;
        var top = ys.Max();
        if (quota is { } most && most < top * 3)
        {
            top = Math.Max(top, most);
            AddQuota(plot, most, xs[^1]);
        }

        top = Math.Max(top, 1) * 1.12;
        plot.Axes.SetLimits(0, xs[^1] * 1.02, 0, top);
        plot.Axes.Left.TickGenerator = SizeTicks(top);
        plot.Axes.Bottom.TickGenerator = Ticks(start, xs[^1], zone);
        return PictureStyle.Png(plot, PictureStyle.Height);
    }

    private static void AddQuota(Plot plot, long quota, double right)
    {
        var line = plot.Add.HorizontalLine(quota);
        line.Color = PictureStyle.Amber;
        line.LineWidth = 3;
        line.LinePattern = LinePattern.Dashed;
        var text = plot.Add.Text($"quota {Words.Size(quota)}", right * 0.01, quota);
        text.LabelFontName = PictureFont.Name;
        text.LabelFontSize = PictureStyle.TextSize;
        text.LabelFontColor = PictureStyle.Amber;
        text.LabelAlignment = Alignment.LowerLeft;
    }

    private static byte[] Empty(Plot plot)
    {
        var text = plot.Add.Text("nothing yet", 0.5, 0.5);
        text.LabelFontName = PictureFont.Name;
        text.LabelFontSize = PictureStyle.TitleSize;
        text.LabelFontColor = PictureStyle.Quiet;
        text.LabelAlignment = Alignment.MiddleCenter;
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.Axes.Left.TickGenerator = new NumericManual();
        plot.Axes.Bottom.TickGenerator = new NumericManual();
        return PictureStyle.Png(plot, PictureStyle.Height);
    }

    /// <summary>Round sizes: 1, 2 or 5 times a power of ten of the largest unit that fits.</summary>
    private static NumericManual SizeTicks(double top)
    {
        var unit = Math.Pow(1024, Math.Max(0, Math.Floor(Math.Log(top, 1024))));
        var rough = top / unit / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (rough / power) switch
        {
            < 1.5 => 1,
            < 3.5 => 2,
            < 7.5 => 5,
            _ => 10,
        } * power * unit;
        var ticks = new NumericManual();
        for (double at = 0; at <= top; at += step)
        {
            ticks.AddMajor(at, at == 0 ? "0" : Words.Size((long)at));
        }

        return ticks;
    }

    private static NumericManual Ticks(DateTimeOffset start, double hours, TimeZoneInfo zone)
    {
        var format = hours < 48 ? "HH:mm" : hours < 24 * 300 ? "d MMM" : "MMM yyyy";
        var ticks = new NumericManual();
        var known = "";
        for (var i = 0; i < DateTicks; i++)
        {
            // Not at the very ends, where half a date would be cut off.
            var at = hours * ((i + 0.5) / DateTicks);
            var text = TimeZoneInfo.ConvertTime(start.AddHours(at), zone).ToString(format, CultureInfo.InvariantCulture);
            if (text != known)
            {
                ticks.AddMajor(at, text);
            }

            known = text;
        }

        return ticks;
    }
}
