namespace Steward.Simulation.Telegram;

/// <summary>A message of the bot as the chat shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ChatId">The chat.</param>
/// <param name="Html">Its text as the bot wrote it.</param>
/// <param name="Text">Its text as people read it, without markup.</param>
/// <param name="Buttons">What stands under it.</param>
/// <param name="IsEdited">True when the bot put another text in its place.</param>
public sealed record SimulatedMessage(long Id, long ChatId, string Html, string Text, IReadOnlyList<SimulatedButton> Buttons, bool IsEdited);

/// <summary>A button.</summary>
/// <param name="Text">What stands on it.</param>
/// <param name="Data">What Telegram gives the bot when somebody presses it.</param>
public sealed record SimulatedButton(string Text, string Data);

/// <summary>What the bot said to somebody who pressed a button.</summary>
/// <param name="PressId">Which press it answers.</param>
/// <param name="Text">What it says.</param>
public sealed record SimulatedToast(string PressId, string Text);
