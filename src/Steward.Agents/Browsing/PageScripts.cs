namespace Steward.Agents.Browsing;

/// <summary>
/// What is run in pages: functions in a world of their own, which sees the page's document and none of its scripts' names, so
/// that a page cannot change what they do. What they give is data from outside all the same.
/// </summary>
internal static class PageScripts
{
    /// <summary>Where the page is, and its title.</summary>
    public const string Where = "function () { return { url: location.href, title: document.title.slice(0, 1000) }; }";

    /// <summary>The text that can be seen, of the page or of what a selector names.</summary>
    public static readonly string Text = WithFind("""
        function (selector, most) {
            const found = selector === null ? { element: document.body ?? document.documentElement } : find(selector);
            if (!found.element) { return found; }
            const text = found.element.innerText ?? found.element.textContent ?? '';
            return { text: text.slice(0, most), isCut: text.length > most };
        }
        """);

    /// <summary>Whether a selector names something that can be seen, or the page has a text.</summary>
    public static readonly string Has = WithFind("""
        function (selector, text) {
            if (selector === null) { return { has: (document.body?.innerText ?? '').includes(text) }; }
            const found = find(selector);
            if (!found.element) { return found.code === 'not-found' ? { has: false } : found; }
            const rect = found.element.getBoundingClientRect();
            return { has: rect.width > 0 && rect.height > 0 && (text === null || (found.element.innerText ?? '').includes(text)) };
        }
        """);

    /// <summary>Brings what a selector names into view; gives the point to click at. A link that would open a window opens here.</summary>
    public static readonly string Point = WithFind("""
        function (selector) {
            const { element, ...why } = find(selector);
            if (!element) { return why; }
            element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
            const rect = [...element.getClientRects()].find(one => one.width > 0 && one.height > 0);
            if (!rect) { return { code: 'invalid', message: `'${selector}' is there and cannot be seen.` }; }
            const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
            const hit = document.elementFromPoint(x, y);
            if (!hit || !(element.contains(hit) || hit.contains(element))) {
                return { code: 'invalid', message: `'${selector}' is covered by something else${hit ? ` (${hit.tagName.toLowerCase()})` : ''}.` };
            }
            for (const opener of [element.closest('a[target], area[target]'), element.closest('form[target]')]) { if (opener) { opener.target = '_self'; } }
            return { x, y };
        }
        """);

    /// <summary>Fills in a field the way somebody who types does: its value, and the events that tell of it.</summary>
    public static readonly string Fill = WithFind("""
        function (selector, value) {
            const { element, ...why } = find(selector);
            if (!element) { return why; }
            if (element.disabled || element.readOnly) { return { code: 'invalid', message: `'${selector}' cannot be filled in now.` }; }
            element.focus();
            const tag = element.tagName, kind = (element.type ?? '').toLowerCase();
            if (tag === 'SELECT') {
                const option = [...element.options].find(one => one.value === value) ?? [...element.options].find(one => one.label.trim() === value.trim());
                if (!option) { return { code: 'invalid', message: `'${selector}' has no option '${value.slice(0, 100)}'.` }; }
                element.value = option.value;
            } else if (tag === 'INPUT' && (kind === 'checkbox' || kind === 'radio')) {
                if (value !== 'true' && value !== 'false') { return { code: 'invalid', message: `'${selector}' takes true or false.` }; }
                if (element.checked !== (value === 'true')) { element.click(); }
                return { done: true };
            } else if (tag === 'INPUT' && kind === 'file') {
                return { code: 'invalid', message: 'Files cannot be sent.' };
            } else if (tag === 'INPUT' || tag === 'TEXTAREA') {
                element.value = value;
                if (value !== '' && element.value === '') { return { code: 'invalid', message: `'${selector}' is of type ${kind} and does not take this.` }; }
            } else if (element.isContentEditable) {
                element.textContent = value;
            } else {
                return { code: 'invalid', message: `'${selector}' is no field.` };
            }
            element.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
            element.dispatchEvent(new Event('change', { bubbles: true }));
            return { done: true };
        }
        """);

    private static string WithFind(string function) => $$"""
        (() => {
            const find = selector => {
                try {
                    const element = document.querySelector(selector);
                    return element ? { element } : { code: 'not-found', message: `Nothing on the page matches '${selector}'.` };
                } catch { return { code: 'invalid', message: `'${selector}' is not a CSS selector.` }; }
            };
            return {{function}}
        })()
        """;
}
