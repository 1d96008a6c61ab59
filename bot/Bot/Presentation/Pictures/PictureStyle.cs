using ScottPlot;

namespace SnapshotBot.Bot.Presentation.Pictures;

/// <summary>How all pictures look: dark, large letters, few lines; made to be read on a phone.</summary>
internal static class PictureStyle
{
    public const int Width = 1200;
    public const int Height = 800;
    public const float TitleSize = 40;
    public const float TextSize = 28;

    public static readonly Color Background = Color.FromHex("#1e1f22");
    public static readonly Color Field = Color.FromHex("#2b2d31");
    public static readonly Color Text = Color.FromHex("#dbdee1");
    public static readonly Color Quiet = Color.FromHex("#949ba4");
    public static readonly Color Line = Color.FromHex("#41434a");
    public static readonly Color Blue = Color.FromHex("#5865f2");
    public static readonly Color Green = Color.FromHex("#43b581");
    public static readonly Color Amber = Color.FromHex("#f0b232");
    public static readonly Color Red = Color.FromHex("#f23f43");

    public static Plot Plot(string title)
    {
        PictureFont.Use();
        var plot = new Plot();
        plot.FigureBackground.Color = Background;
        plot.DataBackground.Color = Field;
        plot.Grid.MajorLineColor = Line;
        plot.Grid.MajorLineWidth = 2;
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Title.Label.FontName = PictureFont.Name;
        plot.Axes.Title.Label.FontSize = TitleSize;
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Title.Label.ForeColor = Text;
        plot.Axes.Title.MinimumSize = 90;
        plot.Axes.Right.MinimumSize = 24;
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontName = PictureFont.Name;
            axis.TickLabelStyle.FontSize = TextSize;
            axis.TickLabelStyle.ForeColor = Quiet;
            axis.MajorTickStyle.Color = Line;
            axis.MinorTickStyle.Length = 0;
            axis.FrameLineStyle.Color = Line;
        }

        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        return plot;
    }

    public static byte[] Png(Plot plot, int height) => plot.GetImage(Width, height).GetImageBytes(ImageFormat.Png);
}
