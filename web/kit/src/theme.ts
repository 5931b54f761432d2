import {
  ActionIcon,
  Badge,
  Button,
  Card,
  DEFAULT_THEME,
  type MantineColorsTuple,
  NavLink,
  Table,
  Tooltip,
  createTheme,
  defaultVariantColorsResolver,
  parseThemeColor,
  rem,
  rgba,
  type VariantColorsResolver,
} from "@mantine/core";

/** Ink to paper: text at 0, hairlines at 4, panels at 6, the page at 7, the frame at 8. */
const dark: MantineColorsTuple = [
  "#e6e8eb",
  "#b4bac3",
  "#99a1ad",
  "#6a727e",
  "#2a3038",
  "#1f242b",
  "#14181d",
  "#0d1014",
  "#090b0e",
  "#060709",
];
const indigo: MantineColorsTuple = [
  "#eef0ff",
  "#dcdfff",
  "#b6bbfa",
  "#8f96f5",
  "#6f78f0",
  "#5c66ee",
  "#525cee",
  "#434ed4",
  "#3a45be",
  "#2f3ba8",
];

/** As Mantine has it, but with a last shade that can be read as text on white. */
const readable = (color: "yellow" | "orange", last: string) =>
  [...DEFAULT_THEME.colors[color].slice(0, 9), last] as unknown as MantineColorsTuple;
const yellow = readable("yellow", "#8a4b00");
const orange = readable("orange", "#9c3106");

/** Light variants as tinted glass with a hairline, readable (≥ 4.5:1) in both schemes. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== "light" || input.color === undefined) return colors;
  const parsed = parseThemeColor({ color: input.color, theme: input.theme });
  const shades = parsed.isThemeColor ? input.theme.colors[parsed.color] : undefined;
  if (!shades) return colors;
  return {
    ...colors,
    background: `light-dark(${rgba(shades[6], 0.1)}, ${rgba(shades[4], 0.14)})`,
    color: `light-dark(${shades[9]}, ${shades[3]})`,
    border: `1px solid light-dark(${rgba(shades[6], 0.18)}, ${rgba(shades[4], 0.22)})`,
  };
};

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 6, dark: 6 },
  colors: { dark, indigo, yellow, orange },
  variantColorResolver,
  defaultRadius: "md",
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: '"Inter Variable", Inter, system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSizes: { xs: rem(11.5), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(20), xl: rem(28) },
  radius: { xs: rem(3), sm: rem(5), md: rem(7), lg: rem(10), xl: rem(16) },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: rem(20), lineHeight: "1.3" },
      h2: { fontSize: rem(13), lineHeight: "1.4" },
      h3: { fontSize: rem(13), lineHeight: "1.4" },
    },
  },
  components: {
    Card: Card.extend({ defaultProps: { withBorder: true, padding: "md", radius: "md" } }),
    Badge: Badge.extend({ defaultProps: { variant: "light", size: "sm", radius: "sm", tt: "none", fw: 550 } }),
    Button: Button.extend({ defaultProps: { size: "xs", radius: "sm" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: "md" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true, fz: "xs" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 7, horizontalSpacing: "md", fz: "sm" } }),
    NavLink: NavLink.extend({ defaultProps: { variant: "light" } }),
  },
});
