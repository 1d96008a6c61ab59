using Discord;
using SnapshotBot.Chat.Messages;
using AllowedMentions = Discord.AllowedMentions;
using Embed = Discord.Embed;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Our messages in Discord.Net's words.</summary>
internal static class MessageMap
{
    private const MessageFlags ComponentsFlag = (MessageFlags)(1 << 15);
    private const MessageFlags QuietFlag = (MessageFlags)(1 << 12);

    public static MessageComponent? Components(Message message) =>
        message.Components.Count == 0 ? null : new ComponentBuilderV2([.. message.Components.Select(Component)]).Build();

    public static Embed[] Embeds(Message message) => [.. message.Embeds.Select(Embed)];

    public static AllowedMentions Mentions(Message message) =>
        message.Mentions.Roles.Count == 0
            ? new AllowedMentions(AllowedMentionTypes.None)
            : new AllowedMentions(AllowedMentionTypes.None) { RoleIds = [.. message.Mentions.Roles.Select(role => role.Value)] };

    public static MessageFlags Flags(Message message) =>
        (message.Components.Count > 0 ? ComponentsFlag : MessageFlags.None) | (message.IsQuiet ? QuietFlag : MessageFlags.None);

    public static List<FileAttachment> Files(Message message) =>
        [.. message.Files.Select(file => new FileAttachment(new MemoryStream(file.Content.ToArray()), file.Name))];

    /// <summary>Replaces all; rings nobody.</summary>
    public static void Fill(MessageProperties properties, Message message)
    {
        properties.AllowedMentions = new AllowedMentions(AllowedMentionTypes.None);
        if (message.Content is { } content)
        {
            properties.Content = content;
            properties.Embeds = Embeds(message);
        }
        else
        {
            properties.Components = Components(message);
            properties.Flags = ComponentsFlag;
        }

        if (message.Files.Count > 0)
        {
            properties.Attachments = Files(message);
        }
    }

    private static SelectMenuBuilder Select(Select select)
    {
        var menu = new SelectMenuBuilder().WithCustomId(select.CustomId).WithDisabled(select.IsOff);
        if (select.Placeholder is { } placeholder)
        {
            menu.WithPlaceholder(Cut(placeholder, SelectMenuBuilder.MaxPlaceholderLength));
        }

        var most = select.Most;
        switch (select)
        {
            case StringSelect strings:
                menu.WithOptions([.. strings.Options.Select(Option)]);
                most = Math.Min(most, strings.Options.Count);
                break;
            case RoleSelect roles:
                menu.WithType(ComponentType.RoleSelect).WithDefaultValues([.. roles.Picked.Select(id => Default(id.Value, SelectDefaultValueType.Role))]);
                break;
            case ChannelSelect channels:
                menu.WithType(ComponentType.ChannelSelect).WithChannelTypes(ChannelType.Text, ChannelType.News)
                    .WithDefaultValues([.. channels.Picked.Select(id => Default(id.Value, SelectDefaultValueType.Channel))]);
                break;
            case UserSelect users:
                menu.WithType(ComponentType.UserSelect).WithDefaultValues([.. users.Picked.Select(id => Default(id.Value, SelectDefaultValueType.User))]);
                break;
        }

        return menu.WithMaxValues(Math.Max(1, most)).WithMinValues(Math.Min(select.Least, most));
    }

    private static IMessageComponentBuilder Component(Component component) => component switch
    {
        TextDisplay text => new TextDisplayBuilder(text.Markdown),
        Container container => Colour(new ContainerBuilder([.. container.Parts.Select(Component)]), container.AccentColour),
        Section section => new SectionBuilder(Accessory(section.Accessory), [.. section.Texts.Select(Component)]),
        Separator separator => new SeparatorBuilder(
            separator.Kind is SeparatorKind.Line or SeparatorKind.WideLine,
            separator.Kind is SeparatorKind.WideLine or SeparatorKind.WideSpace ? SeparatorSpacingSize.Large : SeparatorSpacingSize.Small),
        ActionRow { Select: { } select } => new ActionRowBuilder(Select(select)),
        ActionRow row => new ActionRowBuilder([.. row.Buttons.Select(Button)]),
        Gallery gallery => new MediaGalleryBuilder([.. gallery.Items.Select(item => new MediaGalleryItemProperties(new UnfurledMediaItemProperties(item.Media.Url), item.Description))]),
        FileDisplay file => new FileComponentBuilder(new UnfurledMediaItemProperties(Media.Of(file.File).Url)),
        _ => throw new NotSupportedException(component.GetType().Name),
    };

    private static ContainerBuilder Colour(ContainerBuilder container, int? colour) =>
        colour is { } value ? container.WithAccentColor(new Color((uint)value)) : container;

    private static IMessageComponentBuilder Accessory(IAccessory accessory) => accessory switch
    {
        Chat.Messages.Button button => Button(button),
        Thumbnail thumbnail => new ThumbnailBuilder(new UnfurledMediaItemProperties(thumbnail.Media.Url), thumbnail.Description),
        _ => throw new NotSupportedException(accessory.GetType().Name),
    };

    private static ButtonBuilder Button(Chat.Messages.Button button) => new(
        button.Label, button.CustomId, (Discord.ButtonStyle)(int)button.Style, button.Url, Emoji(button.Emoji), button.IsOff);

    private static SelectMenuOptionBuilder Option(Chat.Messages.SelectOption option) =>
        new(option.Label, option.Value, option.Description, Emoji(option.Emoji), option.IsPicked ? true : null);

    private static Embed Embed(Chat.Messages.Embed embed)
    {
        var builder = new EmbedBuilder { Title = embed.Title, Description = embed.Description };
        if (embed.Colour is { } colour)
        {
            builder.WithColor(new Color((uint)colour));
        }

        foreach (var field in embed.Fields)
        {
            builder.AddField(field.Name, field.Value, field.IsInline);
        }

        return builder.Build();
    }

    private static SelectMenuDefaultValue Default(ulong id, SelectDefaultValueType type) => new(id, type);

    private static Emoji? Emoji(string? emoji) => emoji is null ? null : new Emoji(emoji);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
