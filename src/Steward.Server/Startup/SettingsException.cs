namespace Steward.Server.Startup;

/// <summary>The settings are wrong: the server does not start, and the message names the keys.</summary>
public sealed class SettingsException(string message) : Exception(message);
