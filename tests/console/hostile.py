"""Names and notes that somebody wrote who means no good."""

MARKUP = '<img src=x onerror="document.title=1"></bdi><script>document.title=1</script>'
TEMPLATE = "{{ 7 * 7 }}{% raw %}"
FORMULA = '=HYPERLINK("http://evil.example","look")'
TURNED = "Pat‮elpmaxe.live@"
CONTROL = "Pat\x1b[2J\x07"
ARABIC = "مرحبا يا باتريك"
EVERY = (MARKUP, TEMPLATE, FORMULA, TURNED, CONTROL, ARABIC)
