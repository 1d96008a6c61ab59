using ScottPlot;
using SkiaSharp;

namespace SnapshotBot.Bot.Presentation.Pictures;

/// <summary>The font that comes with the program: a server has none, and pictures should look the same everywhere.</summary>
internal sealed class PictureFont : IFontResolver
{
    public const string Name = "DejaVu Sans";

    private static readonly Lazy<SKTypeface> Face = new(Load);
    private static readonly Lock Once = new();
    private static bool _isKnown;

    /// <summary>Makes it known to the drawing library; more than once is fine.</summary>
    public static void Use()
    {
        lock (Once)
        {
            if (_isKnown)
            {
                return;
            }

            Fonts.FontResolvers.Insert(0, new PictureFont());
            Fonts.Default = Name;
            _isKnown = true;
        }
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Face.Value;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Face.Value;

    private static SKTypeface Load()
    {
        using var stream = typeof(PictureFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")
            ?? throw new InvalidOperationException("The program's font is not in it.");
        return SKTypeface.FromStream(stream);
    }
}
